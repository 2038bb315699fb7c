import { createServer, type ServerResponse } from 'node:http'

/**
 * The floor: `node:http` alone. `GET /<group>` opens a stream; `POST /<group>` sends its body to the streams of that
 * group, out of the memory of the process.
 */
const groups = new Map<string, ServerResponse[]>()

const server = createServer((request, response) => {
  const group = request.url ?? '/'
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(':\n\n')
    groups.set(group, [...(groups.get(group) ?? []), response])
    return
  }
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const frame = `data: ${Buffer.concat(chunks).toString('utf8')}\n\n`
    for (const stream of groups.get(group) ?? []) stream.write(frame)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 })
    response.end('{}')
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
process.on('disconnect', () => process.exit())
