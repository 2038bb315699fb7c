import type { Document } from 'bson'
import { fromBytes, fromBytesPromoted } from '../values/bytes.ts'

/** How documents are handed out: as the official driver does, or every value in its BSON class. */
export type Decode = (bytes: Uint8Array) => Document

export const decodeFor = (promoteValues: boolean): Decode =>
  promoteValues ? fromBytesPromoted : fromBytes

const maxSliceMs = 4

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Splits documents that lie one behind the other. Long lists leave room for other work in between. */
export const decodeAll = async (joined: Uint8Array, decode: Decode): Promise<Document[]> => {
  const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength)
  const documents: Document[] = []
  let startedAt = performance.now()
  for (let at = 0; at < joined.byteLength; ) {
    const length = view.getInt32(at, true)
    documents.push(decode(joined.subarray(at, at + length)))
    at += length
    if (documents.length % 64 === 0 && performance.now() - startedAt > maxSliceMs) {
      await breathe()
      startedAt = performance.now()
    }
  }
  return documents
}
