import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '@regent/server/testing'
import { ObjectId } from 'bson'
import { compactVerify } from 'jose'

/**
 * The least that a log-in with a JWT can be: `node:http`, the signature checked with jose, one durable commit of its
 * own, an answer of the size named by the second argument. The first is the public key, PEM. Prints its port.
 */
const [pem = '', size = '0'] = process.argv.slice(2)
const key = createPublicKey(pem)
const filler = 'x'.repeat(Math.max(0, Number(size) - 20))
const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const documents = await openEmbedded({ path: join(folder, 'bare.db'), maxBatch: 1 })
const sessions = documents.database('bare').collection('sessions')

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const logIn = async (body: string): Promise<string> => {
  const { token } = JSON.parse(body) as { token: string }
  const { payload } = await compactVerify(token, key, { algorithms: ['RS256'] })
  const { sub, exp } = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
  await sessions.insertOne({ _id: new ObjectId(), sub, exp })
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
process.on('disconnect', () => {
  void documents.close().then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
