import type { Document } from 'bson'
import type { MongoClient } from 'mongodb'
import type { Offers } from '../documents.ts'
import { type Connection, operationMs } from './connection.ts'
import { toDocumentsError } from './failure.ts'

const kindOf = (hello: Document): string => {
  if (hello.msg === 'isdbgrid') return 'sharded cluster'
  return typeof hello.setName === 'string' ? `replica set ${hello.setName}` : 'single server'
}

/** What an attempt tells; where this user may not try, the kind of server decides. */
const attempt = async (isLikely: boolean, work: () => Promise<unknown>): Promise<boolean> => {
  if (!isLikely) return false
  try {
    await work()
    return true
  } catch (cause) {
    const error = toDocumentsError(cause)
    if (error.codeName === 'Unavailable') throw error
    return error.codeName === 'Unauthorized'
  }
}

const tryWatch = async (client: MongoClient, database: string): Promise<void> => {
  const stream = client.db(database).collection('regentOffers').watch()
  stream.on('error', () => undefined)
  try {
    await stream.tryNext()
  } finally {
    await stream.close()
  }
}

const tryTransaction = async (client: MongoClient, database: string): Promise<void> => {
  const session = client.startSession()
  try {
    session.startTransaction()
    await client.db(database).collection('regentOffers').findOne({}, { session })
    await session.abortTransaction()
  } finally {
    await session.endSession()
  }
}

const versionOf = async (client: MongoClient, hello: Document): Promise<string> => {
  try {
    return String((await client.db('admin').command({ buildInfo: 1 })).version)
  } catch {
    return `of unknown version (wire version ${hello.maxWireVersion})`
  }
}

/** Asks the cluster, and tries what some servers only claim. Nothing is written. */
export const askOffers = (connection: Connection, database: string): Promise<Offers> =>
  connection.run({ withinMs: operationMs }, async client => {
    const hello = await client.db('admin').command({ hello: 1 })
    const kind = kindOf(hello)
    const isLikely = kind !== 'single server'
    const [server, changeStreams, transactions] = await Promise.all([
      versionOf(client, hello),
      attempt(isLikely, () => tryWatch(client, database)),
      attempt(isLikely, () => tryTransaction(client, database)),
    ])
    return { changeStreams, transactions, server: `${server}, ${kind}` }
  })
