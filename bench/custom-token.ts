import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { startChild } from './child.ts'
import { compareRates } from './compare.ts'
import { rawRequest, runLoad } from './load.ts'
import { below, percent, type Row, whole } from './report.ts'
import { client, type Hello, type Requests, startRegent, warmRun } from './server-child.ts'

const connections = 32
const users = 1_000
const turns = 5
/** A log-in runs so much code that a turn's warm second leaves half of it uncompiled. */
const warmMs = 5_000
const hour = 3_600

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const signToken = (privateKey: KeyObject, sub: string): string => {
  const iat = Math.floor(Date.now() / 1_000)
  const text = `${encode({ alg: 'RS256' })}.${encode({ sub, aud: 'bench', iat, exp: iat + hour })}`
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
}

const logInRequests = (
  { hello }: { readonly hello: Hello },
  tokens: readonly string[],
): Requests => {
  const path = `${client}/app/${hello.clientAppId}/auth/providers/custom-token/login`
  const requests = tokens.map(token => rawRequest('POST', path, { body: { token } }))
  return { port: hello.port, request: n => requests[n % requests.length] as Buffer }
}

/** Bytes of one answer of the server, so that the bare one sends as many. */
const answerSize = async ({ hello }: { readonly hello: Hello }, token = ''): Promise<number> => {
  const path = `${client}/app/${hello.clientAppId}/auth/providers/custom-token/login`
  const response = await fetch(`http://127.0.0.1:${hello.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  if (!response.ok) throw new Error(`log-in: ${response.status} ${await response.text()}`)
  return (await response.text()).length
}

/** Log-ins of users who bring a JWT (RS256), beside a bare server that checks it and commits once. */
export const benchCustomToken = async (durationMs: number): Promise<Row[]> => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const regent = await startRegent({ tokenKey: pem })
  const tokens = Array.from({ length: users }, (_, at) => signToken(privateKey, `user-${at}`))
  const size = String(await answerSize(regent, tokens[0]))
  const bare = await startChild<Hello>('./servers/bare-log-in.ts', [pem, size])
  try {
    const ours = logInRequests(regent, tokens)
    const floor = { ...ours, port: bare.hello.port }
    const load = { connections, durationMs: durationMs / turns }
    await runLoad({ ...ours, connections, durationMs: warmMs })
    const { measured, reference, share } = await compareRates(
      async () => (await warmRun({ ...ours, ...load })).perSecond,
      async () => (await warmRun({ ...floor, ...load })).perSecond,
      turns,
    )
    return [
      {
        what: `custom-JWT login, ${connections} connections`,
        measured: `${whole(measured)}/s`,
        reference: `bare verify and one commit ${whole(reference)}/s`,
        ratio: percent(share),
        reach: '≥ 60 %',
        missed: below(share, 0.6),
      },
    ]
  } finally {
    await Promise.all([regent.stop(), bare.stop()])
  }
}
