/**
 * MongoDB's wire protocol in front of PostgreSQL with the DocumentDB extension, as far as our tests need it: no
 * authentication, no change streams, no explain.
 *
 *   node gateway.mjs <port> <port of PostgreSQL>
 */
import { createServer } from 'node:net'
import { BSON } from 'bson'
import pg from 'pg'
import { commands, toRefusal } from './commands.mjs'
import { onMessages, readRequest, toResponse } from './wire.mjs'

const [port, postgresPort] = process.argv.slice(2).map(Number)
const place = `127.0.0.1:${port}`

const pool = new pg.Pool({
  host: '127.0.0.1',
  port: postgresPort,
  user: 'postgres',
  database: 'postgres',
  max: 40,
})
pool.on('connect', client => {
  // Cursors in files, as a getMore may come to another connection than the one that opened its cursor.
  client.query(
    'SET documentdb_core.bsonUseEJson TO off; SET documentdb.useFileBasedPersistedCursors TO on; SET client_min_messages TO error; SET search_path TO documentdb_api, documentdb_core, documentdb_api_catalog, public',
  )
})
pool.on('error', () => {})

const hello = () => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  setName: 'rs0',
  hosts: [place],
  primary: place,
  me: place,
  secondary: false,
  setVersion: 1,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  localTime: new Date(),
})

/** Connections that are inside a transaction, by session. */
const transactions = new Map()
const sessionOf = ({ lsid }) => lsid && Buffer.from(lsid.id.buffer).toString('hex')

const endTransaction = async (command, sql) => {
  const session = sessionOf(command)
  const client = transactions.get(session)
  transactions.delete(session)
  if (client === undefined) return {}
  await client.query(sql)
  client.release()
  return {}
}

/** Answered without PostgreSQL. */
const own = {
  hello,
  ismaster: hello,
  isMaster: hello,
  endSessions: () => ({}),
  killCursors: () => ({}),
  buildInfo: () => ({ version: '8.0.0-documentdb', versionArray: [8, 0, 0, 0] }),
  ping: async () => {
    await pool.query('SELECT 1')
    return {}
  },
  commitTransaction: command => endTransaction(command, 'COMMIT'),
  abortTransaction: command => endTransaction(command, 'ROLLBACK'),
}

const run = async command => {
  const name = Object.keys(command)[0]
  if (own[name]) return own[name](command)
  const work = commands[name]
  if (!work) throw Object.assign(new Error(`no such command: '${name}'`), { code: 59 })
  if (command.autocommit === false) return runInTransaction(command, work)
  const client = await pool.connect()
  try {
    return await work(client, command)
  } finally {
    client.release()
  }
}

const runInTransaction = async (command, work) => {
  const session = sessionOf(command)
  if (!transactions.has(session)) {
    const client = await pool.connect()
    await client.query('BEGIN')
    transactions.set(session, client)
  }
  return work(transactions.get(session), command)
}

const answer = async (socket, message) => {
  const request = readRequest(message)
  let body
  try {
    const told = await run(request.command)
    body = Buffer.isBuffer(told) ? told : BSON.serialize({ ...told, ok: 1 })
  } catch (error) {
    body = BSON.serialize(toRefusal(error))
  }
  if (!socket.destroyed) socket.write(toResponse(request, body))
}

process.on('uncaughtException', error => console.error(error.stack))

createServer(socket => {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  onMessages(socket, message => void answer(socket, message))
}).listen(port, '127.0.0.1', () => console.log('up'))
