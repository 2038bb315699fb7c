import { createServer } from 'node:http'

/** The floor of a call: `node:http` alone, which reads a body and answers as many bytes as the first argument says. */
const body = JSON.stringify('x'.repeat(Math.max(0, Number(process.argv[2]) - 2)))

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
process.on('disconnect', () => process.exit())
