import type { App } from '../domain/app.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import type { ThreadValues } from './messages.ts'

/** The app's values as its functions see them, those of secrets included. */
export type Values = {
  /** Reads the secrets. Resolves true when one is another than before. */
  read(): Promise<boolean>
  /** False when a secret may have changed meanwhile. */
  isFresh(): boolean
  /** By name, each as JSON. */
  now(): ThreadValues
  withoutSecrets(text: string): string
}

type Parts = { readonly appSecrets: Pick<AppSecrets, 'read'>; readonly now: () => number }

/** A changed secret is seen after so long. */
const freshMs = 2_000
/** Shorter texts are in everything. */
const shortestSecret = 4

export const openValues = (app: App, { appSecrets, now }: Parts): Values => {
  const plain = app.values.filter(({ fromSecret }) => !fromSecret)
  const linked = app.values.filter(({ fromSecret }) => fromSecret)
  const fixed = Object.fromEntries(plain.map(({ name, value }) => [name, JSON.stringify(value)]))
  let secrets: readonly (readonly [string, string])[] = []
  let readAt: number | undefined

  const read = async (): Promise<boolean> => {
    const at = now()
    const found: [string, string][] = []
    for (const { name, value } of linked) {
      const secret = await appSecrets.read(app.id, String(value))
      if (secret !== undefined) found.push([name, secret])
    }
    const isChanged = JSON.stringify(found) !== JSON.stringify(secrets)
    secrets = found
    readAt = at
    return isChanged
  }

  return {
    read,
    isFresh: () =>
      readAt !== undefined && (linked.length === 0 || Math.abs(now() - readAt) < freshMs),
    now: () => ({
      ...fixed,
      ...Object.fromEntries(secrets.map(([name, secret]) => [name, JSON.stringify(secret)])),
    }),
    withoutSecrets: text =>
      secrets.reduce(
        (rest, [, secret]) =>
          secret.length < shortestSecret ? rest : rest.replaceAll(secret, '[secret]'),
        text,
      ),
  }
}
