import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { adminPaths, clientPaths } from '@regent/protocol'
import { startCli } from '../../../cli/test/process.ts'

export const clientAppId = 'shop-aaaaa'

export type Answer = {
  readonly status: number
  /** Of the JSON; empty without a body. */
  readonly body: Readonly<Record<string, unknown>>
  readonly ms: number
}

export type Ask = {
  readonly json?: unknown
  readonly bearer?: string | undefined
}

/** Over a connection of its own, which goes to the next worker. */
const send = (method: string, url: string, { json, bearer }: Ask = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    const headers = {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    }
    const asked = request(url, { method, agent: false, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const body = text === '' ? {} : JSON.parse(text)
        resolve({ status: response.statusCode ?? 0, body, ms: performance.now() - began })
      })
    })
    asked.on('error', reject)
    asked.end(json === undefined ? undefined : JSON.stringify(json))
  })

export type AppParts = {
  /** Joined to those of every app, or instead of them. */
  readonly providers?: Readonly<Record<string, object>>
  readonly secrets?: Readonly<Record<string, string>>
}

/** An app directory as it is pushed; its function `version` tells which of its versions runs. */
const appFiles = (version: number, parts: AppParts): Readonly<Record<string, string>> => {
  const root = { config_version: 20210101, app_id: clientAppId, name: 'shop' }
  const providers = {
    'anon-user': { type: 'anon-user' },
    'local-userpass': { type: 'local-userpass', config: { autoConfirm: true } },
    ...parts.providers,
  }
  const source = { name: 'mongodb-atlas', type: 'mongodb-atlas', config: {} }
  const all = { name: 'all', apply_when: {}, read: true, write: true, insert: true, delete: true }
  return {
    'root_config.json': JSON.stringify(root),
    'auth/providers.json': JSON.stringify(providers),
    'secrets.json': JSON.stringify(parts.secrets ?? {}),
    'functions/version.js': `exports = () => ${version}`,
    'functions/config.json': JSON.stringify([{ name: 'version', private: false }]),
    'data_sources/mongodb-atlas/config.json': JSON.stringify(source),
    'data_sources/mongodb-atlas/default_rule.json': JSON.stringify({ roles: [all] }),
  }
}

type ServerFacts = { readonly url: string; readonly projectId: string }

export type Letter = { readonly to: string; readonly link: string }

export type Serving = AsyncDisposable & {
  readonly url: string
  readonly dataDir: string
  /** The process that was started. */
  readonly pid: number
  /** Processes that said that they answer, in the order they did. */
  workers(): number[]
  /** Resolves when that many have said it, since the start. */
  waitForWorkers(count: number): Promise<void>
  said(): string
  waitFor(pattern: RegExp): Promise<string>
  ask(method: string, path: string, options?: Ask): Promise<Answer>
  /** Deploys a version of the app through the Admin API. */
  push(version: number, parts?: AppParts): Promise<Answer>
  /** Those of the development mailbox, newest first. */
  letters(): Promise<readonly Letter[]>
  logIn(provider?: string, payload?: object): Promise<Answer>
  refresh(token: unknown): Promise<Answer>
  call(token: unknown, name: string, args?: readonly unknown[], service?: string): Promise<Answer>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<number | NodeJS.Signals | null>
}

type ServeOptions = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** `regent serve` in processes of its own on a data folder. Resolves when it listens. */
export const serve = async (
  dataDir: string,
  { args = [], env = {} }: ServeOptions = {},
): Promise<Serving> => {
  const options = { env: { REGENT_PASSWORD_PASSES: '1', ...env }, patienceMs: 60_000 }
  const cli = startCli(['serve', '--port', '0', '--data', dataDir, ...args], options)
  await cli.waitFor(/"msg":"listening"/)
  const { url, projectId } = JSON.parse(
    await readFile(join(dataDir, 'server.json'), 'utf8'),
  ) as ServerFacts
  const operatorKey = (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim()
  const ask: Serving['ask'] = (method, path, asked) => send(method, `${url}${path}`, asked)
  const workers = (): number[] =>
    [...cli.said().matchAll(/"pid":(\d+),"msg":"a worker answers"/g)].map(([, pid]) => Number(pid))

  return {
    ...cli,
    url,
    dataDir,
    workers,
    waitForWorkers: async count => {
      await until(
        async () => workers().length,
        length => length >= count,
      )
    },
    ask,
    push: (version, parts = {}) =>
      ask('POST', adminPaths.deploy(projectId), {
        bearer: operatorKey,
        json: { files: appFiles(version, parts) },
      }),
    letters: async () => {
      const { body } = await ask('GET', adminPaths.apps(projectId), { bearer: operatorKey })
      const [app] = body as unknown as readonly { readonly _id: string }[]
      const path = adminPaths.mailbox(projectId, app?._id ?? '')
      const letters = await ask('GET', path, { bearer: operatorKey })
      return letters.body as unknown as readonly Letter[]
    },
    logIn: (provider = 'anon-user', payload = {}) =>
      ask('POST', clientPaths.login(clientAppId, provider), { json: payload }),
    refresh: token => ask('POST', clientPaths.session(), { bearer: String(token) }),
    call: (token, name, args = [], service) =>
      ask('POST', clientPaths.callFunction(clientAppId), {
        bearer: String(token),
        json: { name, arguments: args, ...(service !== undefined && { service }) },
      }),
  }
}

/** Asks again until the answer is as wanted, for 30 seconds. */
export const until = async <T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean) => {
  const since = performance.now()
  for (;;) {
    const answer = await ask()
    if (isWanted(answer)) return { answer, ms: performance.now() - since }
    if (performance.now() - since > 30_000) throw new Error(`still ${JSON.stringify(answer)}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
