import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * The floor: `node:http` alone, answering JSON of the size named by the first argument, with one ES256
 * signature for each request. Prints its port.
 */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const size = Number(process.argv[2])
const filler = 'x'.repeat(Math.max(0, size - 120))

const server = createServer((_request, response) => {
  // In the form that `sign` gives by itself: asked for that of a JWS, it takes three times as long.
  const signature = sign('sha256', Buffer.from(filler), privateKey).toString('base64url')
  const body = JSON.stringify({ access_token: `${filler}.${signature}` })
  response.writeHead(201, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
process.on('disconnect', () => process.exit())
