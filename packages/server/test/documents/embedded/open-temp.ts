import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EmbeddedDocuments,
  type EmbeddedOptions,
  openEmbedded,
} from '../../../src/documents/embedded/index.ts'

export type TempDocuments = EmbeddedDocuments & AsyncDisposable & { readonly path: string }

/** A folder that goes with the test. */
export const makeFolder = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'regent-documents-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A store in a folder of its own, which goes when the store is disposed of. */
export const openTemp = async (
  options: Omit<EmbeddedOptions, 'path'> = {},
): Promise<TempDocuments> => {
  const folder = await makeFolder()
  const path = join(folder.path, 'test.db')
  const documents = await openEmbedded({ expireEveryMs: 0, ...options, path })
  return {
    ...documents,
    path,
    [Symbol.asyncDispose]: async () => {
      await documents.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
