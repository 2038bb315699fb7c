import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Document, deserialize, serialize } from 'bson'

/** Answers one command; what it throws as a document is sent as it is. */
export type Script = (command: Document) => Document | Promise<Document>

const opMessage = 2013
const opQuery = 2004

const hello = {
  helloOk: true,
  isWritablePrimary: true,
  setName: 'rs0',
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 25,
}

const readCommand = (message: Buffer): Document =>
  message.readInt32LE(12) === opQuery
    ? deserialize(message.subarray(message.indexOf(0, 20) + 9))
    : deserialize(message.subarray(21, 21 + message.readInt32LE(21)))

const frame = (message: Buffer, body: Uint8Array): Buffer => {
  const isQuery = message.readInt32LE(12) === opQuery
  const head = Buffer.alloc(isQuery ? 36 : 21)
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(message.readInt32LE(4), 8)
  head.writeInt32LE(isQuery ? 1 : opMessage, 12)
  if (isQuery) head.writeInt32LE(1, 32)
  return Buffer.concat([head, body])
}

const serve = (socket: Socket, script: Script): void => {
  let waiting = Buffer.alloc(0)
  const answer = async (message: Buffer): Promise<void> => {
    const command = readCommand(message)
    const isHello = 'hello' in command || 'ismaster' in command || 'isMaster' in command
    const told = isHello ? hello : await script(command)
    if (!socket.destroyed) socket.write(frame(message, serialize({ ok: 1, ...told })))
  }
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const length = waiting.readInt32LE(0)
      void answer(waiting.subarray(0, length))
      waiting = waiting.subarray(length)
    }
  })
}

/** A server that speaks MongoDB's protocol on a real socket and answers as it is told. */
export const startScripted = async (
  script: Script,
): Promise<AsyncDisposable & { readonly address: string }> => {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    serve(socket, script)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
