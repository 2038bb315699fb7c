import { relative, resolve } from 'node:path'
import type { AppDirectory, DeployResult } from '@regent/server'
import type { Terminal } from '../terminal.ts'

export type BannerFacts = {
  readonly url: string
  readonly directory: AppDirectory
  readonly result: DeployResult
  readonly data: string
  /** False when letters really leave, through SMTP. */
  readonly keepsMail: boolean
}

/** What a person needs to go on: address, app id, next command, first lines of code. */
export const describeStart = (
  { url, directory, result, data, keepsMail }: BannerFacts,
  { cwd, env, paint }: Terminal,
): string => {
  const isDefault = data === resolve(cwd, '.regent')
  const inRepository = ['start', 'regent'].includes(env.npm_lifecycle_event ?? '')
  const demo = [
    inRepository ? 'npm run demo' : 'regent demo',
    ...(isDefault ? [] : [...(inRepository ? ['--'] : []), '--data', toShort(cwd, data)]),
  ].join(' ')
  const app = result.app.clientAppId
  const facts = [
    ['address', paint('cyan', url)],
    ['app id', `${paint('cyan', app)}   ${paint('dim', describeResult(result))}`],
    [
      'from',
      `${toShort(cwd, directory.path)}   ${paint('dim', 'a change there is deployed at once')}`,
    ],
    ['data', toShort(cwd, data)],
    [
      'mail',
      keepsMail ? 'kept here, shown below and by `regent dev mail`' : 'sent by SMTP (REGENT_MAIL)',
    ],
  ] as const
  return `
  ${paint('bold', 'Regent is running.')}

${facts.map(([name, value]) => `    ${paint('dim', name.padEnd(9))}${value}`).join('\n')}

  ${paint('bold', 'Next, in a second terminal:')}  ${paint('green', demo)}

  ${paint('bold', 'Or in your own program:')}

    import { App, Credentials } from '@regent/sdk'

    const app = new App({ id: '${app}', baseUrl: '${url}' })
    const user = await app.logIn(Credentials.anonymous())
    console.log(user.id)

  ${paint('dim', 'Ctrl-C stops it.')}
${describeWarnings(directory, result, paint)}
`
}

/** What became of the directory, in a few words. */
export const describeResult = ({ outcome, number }: DeployResult): string =>
  ({
    deployed: `deployed, number ${number}`,
    unchanged: `deployment ${number}, unchanged`,
    'store-newer': `deployment ${number}, newer than the directory`,
  })[outcome]

/** The notes that a start or a redeployment may need, or nothing. */
export const describeWarnings = (
  { warning }: AppDirectory,
  { outcome }: DeployResult,
  paint: Terminal['paint'],
): string => {
  const notes = [
    ...(outcome === 'store-newer'
      ? ['the directory was deployed before and something newer runs; --redeploy brings it back']
      : []),
    ...(warning === undefined ? [] : [warning]),
  ]
  return notes.map(note => `\n  ${paint('yellow', 'Note')}  ${note}`).join('')
}

/** A path as seen from the current folder, unless it leads out of it. */
const toShort = (cwd: string, path: string): string => {
  const short = relative(cwd, path) || '.'
  return short.startsWith('..') ? path : short
}
