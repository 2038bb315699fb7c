import type { Document } from 'bson'
import { fromBytes, fromBytesPromoted } from '../values/bytes.ts'

/** How documents are handed out: as the official driver does, or every value in its BSON class. */
export type Decode = (bytes: Uint8Array) => Document

export const decodeFor = (promoteValues: boolean): Decode =>
  promoteValues ? fromBytesPromoted : fromBytes

const maxSliceMs = 4

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Takes apart documents that lie one behind the other. */
export const splitDocuments = (joined: Uint8Array): Uint8Array[] => {
  const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength)
  const documents: Uint8Array[] = []
  for (let at = 0; at < joined.byteLength; ) {
    const length = view.getInt32(at, true)
    documents.push(joined.subarray(at, at + length))
    at += length
  }
  return documents
}

/** Decodes documents that lie one behind the other. Long lists leave room for other work in between. */
export const decodeAll = async (joined: Uint8Array, decode: Decode): Promise<Document[]> => {
  const documents: Document[] = []
  let startedAt = performance.now()
  for (const bytes of splitDocuments(joined)) {
    documents.push(decode(bytes))
    if (documents.length % 64 !== 0 || performance.now() - startedAt <= maxSliceMs) continue
    await breathe()
    startedAt = performance.now()
  }
  return documents
}
