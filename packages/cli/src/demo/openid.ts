import type { OpenIdProvider } from '@regent/dev-openid'
import { CliError } from '../errors.ts'

/** What `examples/quickstart` calls itself at the provider. */
export const openIdClient = 'quickstart'

/**
 * Runs an OpenID provider on this machine while something is done with it.
 *
 * @throws CliError `demoStopped` when the port is taken
 */
export const withOpenIdProvider = async <Result>(
  port: number,
  use: (provider: OpenIdProvider) => Promise<Result>,
): Promise<Result> => {
  const { startOpenIdProvider } = await import('@regent/dev-openid')
  const clients = [{ id: openIdClient, redirectUris: ['http://127.0.0.1/done'] }]
  const provider = await startOpenIdProvider({ port, clients }).catch(cause => {
    throw new CliError(
      'demoStopped',
      {
        detail: `an OpenID provider cannot listen on port ${port}: ${cause.message}`,
        fix: 'Free the port, then run the demo again.',
      },
      { cause },
    )
  })
  try {
    return await use(provider)
  } finally {
    await provider.stop()
  }
}
