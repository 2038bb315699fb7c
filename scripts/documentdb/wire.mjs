import { BSON } from 'bson'

const opReply = 1
const opQuery = 2004
const opMessage = 2013
const read = bytes => BSON.deserialize(bytes, { promoteValues: false })

/** Documents one behind the other. */
const readAll = bytes => {
  const documents = []
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    documents.push(read(bytes.subarray(at, at + bytes.readInt32LE(at))))
  }
  return documents
}

const readSections = message => {
  const end = message.length - (message.readUInt32LE(16) & 1 ? 4 : 0)
  let command = {}
  const lists = {}
  for (let at = 20; at < end; ) {
    const kind = message[at]
    const size = message.readInt32LE(at + 1)
    const section = message.subarray(at + 1, at + 1 + size)
    if (kind === 0) command = read(section)
    else {
      const nameEnd = section.indexOf(0, 4)
      lists[section.toString('utf8', 4, nameEnd)] = readAll(section.subarray(nameEnd + 1))
    }
    at += 1 + size
  }
  return { ...command, ...lists }
}

/** What a client asks: the command with its lists, and what the answer must carry. */
export const readRequest = message => {
  const isQuery = message.readInt32LE(12) === opQuery
  return {
    id: message.readInt32LE(4),
    isQuery,
    command: isQuery ? read(message.subarray(message.indexOf(0, 20) + 9)) : readSections(message),
  }
}

let lastId = 0

const header = (size, answered, operation) => {
  const bytes = Buffer.alloc(16)
  lastId += 1
  bytes.writeInt32LE(size, 0)
  bytes.writeInt32LE(lastId, 4)
  bytes.writeInt32LE(answered, 8)
  bytes.writeInt32LE(operation, 12)
  return bytes
}

/** The answer to a request; `body` is one BSON document. */
export const toResponse = ({ id, isQuery }, body) => {
  if (!isQuery) {
    const flagsAndKind = Buffer.alloc(5)
    return Buffer.concat([header(21 + body.length, id, opMessage), flagsAndKind, body])
  }
  const rest = Buffer.alloc(20)
  rest.writeInt32LE(8, 0)
  rest.writeInt32LE(1, 16)
  return Buffer.concat([header(36 + body.length, id, opReply), rest, body])
}

/** Calls `take` with every whole message that arrives on the socket. */
export const onMessages = (socket, take) => {
  let chunks = []
  let size = 0
  socket.on('data', chunk => {
    chunks.push(chunk)
    size += chunk.length
    if (chunks[0].length < 4) chunks = [Buffer.concat(chunks)]
    while (size >= 4 && size >= chunks[0].readInt32LE(0)) {
      const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
      const length = all.readInt32LE(0)
      take(all.subarray(0, length))
      chunks = [all.subarray(length)]
      size -= length
      if (chunks[0].length < 4) break
    }
  })
}
