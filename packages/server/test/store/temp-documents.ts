import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Documents } from '../../src/documents/documents.ts'
import { openEmbedded } from '../../src/documents/embedded/index.ts'

/** The embedded engine in a folder of its own, which goes with it. */
export const openTempDocuments = async (): Promise<{ documents: Documents } & AsyncDisposable> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-store-'))
  const documents = await openEmbedded({ path: join(folder, 'system.db') })
  return {
    documents,
    [Symbol.asyncDispose]: async () => {
      await documents.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
