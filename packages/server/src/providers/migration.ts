import { createHash } from 'node:crypto'
import type { Deps } from '../deps.ts'
import type { App, Migration } from '../domain/app.ts'
import { canonicalEmail, isMailAddress } from '../domain/email.ts'
import { isId } from '../domain/id.ts'
import { noHash, type PasswordAccount } from '../domain/password.ts'
import type { FunctionRequest } from '../functions/call.ts'

/** What is asked: does somebody have this password elsewhere? */
export type Question = {
  readonly username: string
  readonly password: string
  readonly request: FunctionRequest | undefined
}

/** That the password is right there, and what else is known of the person. */
type Known = { readonly id?: string; readonly emailVerified: boolean }

const timeoutMs = 5_000
const mostBytes = 65_536

const readAnswer = (answer: unknown): Known | undefined => {
  if (typeof answer !== 'object' || answer === null) return undefined
  const { status, id, emailVerified } = answer as Readonly<Record<string, unknown>>
  if (status !== 'success') return undefined
  return { emailVerified: emailVerified === true, ...(isId(id) && { id }) }
}

const askFunction = (
  { functions }: Deps,
  app: App,
  { name, username, password, request }: Question & { readonly name: string },
): Promise<unknown> =>
  functions.run(app, { name, args: [{ username, password }], caller: undefined, request })

const askUrl = async (
  { outbound, appSecrets }: Deps,
  app: App,
  { url, secretName, username, password }: Question & Migration & { readonly url: string },
): Promise<unknown> => {
  const secret = secretName === undefined ? undefined : await appSecrets.read(app.id, secretName)
  if (secretName !== undefined && secret === undefined) {
    throw new Error(`the secret ${secretName} has no value`)
  }
  const { status, body } = await outbound.send({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
    },
    body: JSON.stringify({ app: app.clientAppId, username, password }),
    timeoutMs,
    maxBytes: mostBytes,
    needsTls: true,
  })
  if (status >= 500) throw new Error(`it answered ${status}`)
  return status === 200 ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined
}

/** Whatever goes wrong is for the log: whoever logs in is told the same as ever. */
const ask = async (deps: Deps, app: App, question: Question): Promise<Known | undefined> => {
  const { functionName: name, url } = app.migration ?? {}
  const began = performance.now()
  try {
    if (name !== undefined) return readAnswer(await askFunction(deps, app, { ...question, name }))
    if (url === undefined || !app.migration) return undefined
    return readAnswer(await askUrl(deps, app, { ...question, ...app.migration, url }))
  } catch (error) {
    deps.log.error('the migration hook gave no answer', { app: app.clientAppId, err: error })
    return undefined
  } finally {
    deps.passwords.pace.note(app.id, performance.now() - began)
  }
}

/** Of two log-ins at once both ask, and both mean the same identity. */
const identityIdOf = (appId: string, key: string): string =>
  createHash('sha256').update(`${appId}/migrated/${key}`).digest('hex').slice(0, 24)

/** A claim without a user: the log-in makes the user that it names. */
const keepUserId = async (
  { store, log }: Deps,
  app: App,
  { id, identityId }: { readonly id: string; readonly identityId: string },
): Promise<void> => {
  const key = { appId: app.id, providerType: 'local-userpass', id: identityId } as const
  if (await store.users.findById(id)) {
    log.warn('the migration hook named a user who is there already', {
      app: app.clientAppId,
      user: id,
    })
  } else await store.identities.insert({ ...key, userId: id, linked: false })
}

const makeAccount = async (
  deps: Deps,
  app: App,
  { username, hash, known }: { username: string; hash: string; known: Known },
): Promise<PasswordAccount | undefined> => {
  const { store, now } = deps
  const key = canonicalEmail(username)
  const account: PasswordAccount = {
    appId: app.id,
    key,
    email: username,
    identityId: identityIdOf(app.id, key),
    hash,
    version: 1,
    state: 'confirmed',
    ...(known.emailVerified && isMailAddress(username) && { isProven: true }),
    tokens: [],
    createdAt: now(),
  }
  if (known.id !== undefined) {
    await keepUserId(deps, app, { id: known.id, identityId: account.identityId })
  }
  if (await store.passwords.insert(account)) return account
  return store.passwords.find(app.id, account.key)
}

const fillAccount = async (
  { store }: Deps,
  account: PasswordAccount,
  hash: string,
): Promise<PasswordAccount | undefined> => {
  await store.passwords.replaceHash(account, hash)
  await store.passwords.confirm(account)
  return store.passwords.find(account.appId, account.key)
}

/**
 * Asks the app's migration hook about an address that is unknown here, or whose account came without a password. When
 * the hook says that the password is right, the account has it from then on, and the hook is not asked again: of two
 * log-ins at once both get in, and one writes.
 */
export const moveAtLogIn = async (
  deps: Deps,
  app: App,
  { account, ...question }: Question & { readonly account: PasswordAccount | undefined },
): Promise<PasswordAccount | undefined> => {
  if (!app.migration || (account && account.hash !== noHash)) return undefined
  const known = await ask(deps, app, question)
  if (!known) return undefined
  const hash = await deps.passwords.hash(question.password)
  return account
    ? fillAccount(deps, account, hash)
    : makeAccount(deps, app, { username: question.username, hash, known })
}
