import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '@regent/server/testing'
import { ObjectId } from 'bson'

/**
 * The least that a log-in with a JWT or an API key can be: `node:http`, the check (the signature, or the hash of the key
 * found through a unique index), one durable commit of its own, an answer of the size named by the second
 * argument. The first is the public key, PEM; without one it takes the API keys that its parent sends. Prints its port.
 */
const [pem = '', size = '0'] = process.argv.slice(2)
const filler = 'x'.repeat(Math.max(0, Number(size) - 20))
const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const documents = await openEmbedded({ path: join(folder, 'bare.db'), maxBatch: 1 })
const sessions = documents.database('bare').collection('sessions')
const keys = documents.database('bare').collection('keys')
await keys.createIndex({ hash: 1 }, { unique: true })

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

type Credentials = { readonly token: string; readonly key: string }

const checkToken = (publicKey: KeyObject) => async (given: Credentials) => {
  const [head, body = '', signature = ''] = given.token.split('.')
  const isRight = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isRight) throw new Error('wrong signature')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  return { sub: claims.sub, exp: claims.exp }
}

const sha256 = (key: string): string => hash('sha256', key, 'base64url')

const checkKey = async (given: Credentials) => {
  const found = await keys.findOne({ hash: sha256(given.key) })
  if (!found) throw new Error('unknown key')
  return { sub: found._id, exp: 0 }
}

const check = pem === '' ? checkKey : checkToken(createPublicKey(pem))

const logIn = async (body: string): Promise<string> => {
  const proven = await check(JSON.parse(body) as Credentials)
  await sessions.insertOne({ _id: new ObjectId(), ...proven })
  return JSON.stringify({ access_token: filler })
}

const server = createServer(async (request, response) => {
  const body = await logIn(await readBody(request))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
process.on('message', ({ keys: given }: { readonly keys: readonly string[] }) => {
  const rows = given.map(key => ({ _id: new ObjectId(), hash: sha256(key) }))
  void keys.insertMany(rows).then(() => process.send?.({ said: rows.length }))
})
process.on('disconnect', () => {
  void documents.close().then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
