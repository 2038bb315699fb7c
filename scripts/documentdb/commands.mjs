import { BSON } from 'bson'
import { codeOfPacked, codeOfState } from './codes.mjs'

const refuse = (code, message) => Object.assign(new Error(message), { code })

/** Parts of a command that are about the connection, or that the extension does not know. */
const ofConnection = new Set([
  'lsid',
  '$db',
  '$clusterTime',
  '$readPreference',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'readConcern',
  'writeConcern',
  'apiVersion',
  'maxTimeMS',
])

const toHex = bytes => `BSONHEX${Buffer.from(bytes).toString('hex')}`
const fromHex = text =>
  text === null ? null : Buffer.from(String(text).replace(/^BSONHEX/, ''), 'hex')

const specOf = command => {
  const kept = Object.entries(command).filter(([name]) => !ofConnection.has(name))
  return toHex(BSON.serialize(Object.fromEntries(kept)))
}

const call = async (client, sql, values) => (await client.query(sql, values)).rows[0]

/** Where each open cursor is. */
const cursors = new Map()

const firstPage = name => async (client, command) => {
  const sql = `SELECT cursorpage::text page, continuation::text next, cursorid id FROM documentdb_api.${name}($1, $2::documentdb_core.bson)`
  const row = await call(client, sql, [command.$db, specOf(command)])
  if (row.next && String(row.id) !== '0') cursors.set(String(row.id), row.next)
  return fromHex(row.page)
}

const getMore = async (client, command) => {
  const id = String(command.getMore)
  const sql =
    'SELECT cursorpage::text page, continuation::text next FROM documentdb_api.cursor_get_more($1, $2::documentdb_core.bson, $3::documentdb_core.bson)'
  const row = await call(client, sql, [command.$db, specOf(command), cursors.get(id)])
  if (row.next) cursors.set(id, row.next)
  else cursors.delete(id)
  return fromHex(row.page)
}

const result = (name, column) => async (client, command) => {
  const sql = `SELECT ${column}::text answer FROM documentdb_api.${name}($1, $2::documentdb_core.bson)`
  return fromHex((await call(client, sql, [command.$db, specOf(command)])).answer)
}

const writing = name => async (client, command) => {
  const answer = await result(name, 'p_result')(client, command)
  if (!answer.includes('writeErrors')) return answer
  const told = BSON.deserialize(answer, { promoteValues: false })
  for (const error of told.writeErrors ?? []) error.code = codeOfPacked(Number(error.code))
  return Buffer.from(BSON.serialize(told))
}

/** Builds within the call; the way of the extension's own queue takes two seconds for each index. */
const createIndexes = async (client, command) => {
  const sql =
    'SELECT documentdb_api_internal.create_indexes_non_concurrently($1, $2::documentdb_core.bson, true)::text answer'
  const { answer } = await call(client, sql, [command.$db, specOf(command)])
  const told = BSON.deserialize(fromHex(answer))
  const raw = told.raw?.defaultShard ?? told
  if (Number(raw.ok) === 0) throw refuse(codeOfPacked(Number(raw.code)), raw.errmsg)
  return raw
}

const dropIndexes = async (client, command) => {
  const sql = 'CALL documentdb_api.drop_indexes($1, $2::documentdb_core.bson)'
  const { retval } = await call(client, sql, [command.$db, specOf(command)])
  const told = BSON.deserialize(Buffer.isBuffer(retval) ? retval : fromHex(retval))
  if (Number(told.ok) === 0) throw refuse(codeOfPacked(Number(told.code)), told.errmsg)
  return told
}

const listDatabases = async client => {
  const sql = 'SELECT DISTINCT database_name AS name FROM documentdb_api_catalog.collections'
  const { rows } = await client.query(sql)
  return { databases: rows.map(({ name }) => ({ name })), totalSize: 0 }
}

const drop = async (client, command) => {
  await client.query('SELECT documentdb_api.drop_collection($1, $2)', [command.$db, command.drop])
  return {}
}

const dropDatabase = async (client, command) => {
  await client.query('SELECT documentdb_api.drop_database($1)', [command.$db])
  return {}
}

/** The commands that go to PostgreSQL. */
export const commands = {
  find: firstPage('find_cursor_first_page'),
  aggregate: firstPage('aggregate_cursor_first_page'),
  listIndexes: firstPage('list_indexes_cursor_first_page'),
  listCollections: firstPage('list_collections_cursor_first_page'),
  getMore,
  insert: writing('insert'),
  update: writing('update'),
  delete: writing('delete'),
  findAndModify: writing('find_and_modify'),
  count: result('count_query', 'document'),
  distinct: result('distinct_query', 'document'),
  createIndexes,
  dropIndexes,
  listDatabases,
  drop,
  dropDatabase,
}

/** What a client is told of an error. */
export const toRefusal = error => {
  const isState = typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
  const isNumber = Number.isInteger(error.code)
  const code = isState ? codeOfState(error.code) : isNumber ? error.code : 11600
  return { ok: 0, errmsg: error.message, code, codeName: 'Error' }
}
