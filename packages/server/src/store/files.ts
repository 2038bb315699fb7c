import { createHash } from 'node:crypto'
import { Binary } from 'bson'
import type { Database } from '../documents/documents.ts'
import { insertNew } from './insert-new.ts'
import { toObjectId } from './object-id.ts'

/** Files of apps, each kept once per app under the digest of its bytes. */
export type FileStore = {
  /** Keeps the files that are not there yet. Resolves their digests (SHA-256, hex) in the same order. */
  keep(appId: string, files: readonly Uint8Array[]): Promise<string[]>
  /** Those that are there, by digest. */
  read(appId: string, digests: readonly string[]): Promise<Map<string, Uint8Array>>
}

/** SHA-256, hex. */
export const digestOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

/** Files asked for in one read. */
const perRead = 200
/** Bytes on their way to the store at one time. */
const writtenAtOnce = 16_777_216

export const openFileStore = async (database: Database): Promise<FileStore> => {
  const files = database.collection('files')
  await files.createIndex({ appId: 1 })
  const idOf = (appId: string, digest: string): string => `${appId}:${digest}`

  const findKept = async (appId: string, digests: readonly string[]): Promise<Set<unknown>> => {
    const kept = new Set<unknown>()
    for (let at = 0; at < digests.length; at += perRead) {
      const ids = digests.slice(at, at + perRead).map(digest => idOf(appId, digest))
      const options = { projection: { _id: 1 }, hint: '_id_' }
      for (const { _id } of await files.find({ _id: { $in: ids } }, options)) kept.add(_id)
    }
    return kept
  }

  return {
    keep: async (appId, given) => {
      const digests = given.map(digestOf)
      const kept = await findKept(appId, [...new Set(digests)])
      let writing: Promise<unknown>[] = []
      let bytes = 0
      for (const [index, file] of given.entries()) {
        const _id = idOf(appId, digests[index] as string)
        if (kept.has(_id)) continue
        kept.add(_id)
        const document = { _id, appId: toObjectId(appId), bytes: new Binary(file) }
        writing.push(insertNew(files, document))
        bytes += file.length
        if (bytes < writtenAtOnce) continue
        await Promise.all(writing)
        writing = []
        bytes = 0
      }
      await Promise.all(writing)
      return digests
    },
    read: async (appId, digests) => {
      const found = new Map<string, Uint8Array>()
      const wanted = [...new Set(digests)]
      for (let at = 0; at < wanted.length; at += perRead) {
        const ids = wanted.slice(at, at + perRead).map(digest => idOf(appId, digest))
        for (const { _id, bytes } of await files.find({ _id: { $in: ids } }, { hint: '_id_' })) {
          found.set((_id as string).slice(appId.length + 1), (bytes as Binary).buffer)
        }
      }
      return found
    },
  }
}
