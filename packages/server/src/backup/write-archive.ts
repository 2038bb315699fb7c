import { createHash } from 'node:crypto'
import { archiveTail, entryHead, entryTail } from './archive.ts'
import { type BackupFacts, checksumsName, factsName } from './facts.ts'

/** A file of a backup whose content is in memory, or that is read from elsewhere with its SHA-256 known. */
export type BackupFile =
  | { readonly name: string; readonly bytes: Uint8Array }
  | {
      readonly name: string
      readonly size: number
      readonly sha256: string
      readonly content: AsyncIterable<Uint8Array>
    }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function* writeFile(file: BackupFile): AsyncGenerator<Uint8Array> {
  const size = 'bytes' in file ? file.bytes.length : file.size
  yield entryHead(file.name, size)
  if ('bytes' in file) yield file.bytes
  else yield* file.content
  yield entryTail(size)
}

const toFile = (name: string, value: unknown): BackupFile => ({
  name,
  bytes: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`),
})

/** A backup as bytes: what it is, its files, and their checksums. */
export async function* writeArchive(
  facts: BackupFacts,
  files: AsyncIterable<BackupFile>,
): AsyncGenerator<Uint8Array> {
  const checksums: Record<string, string> = {}
  yield* writeFile(toFile(factsName, facts))
  for await (const file of files) {
    checksums[file.name] = 'bytes' in file ? sha256(file.bytes) : file.sha256
    yield* writeFile(file)
  }
  yield* writeFile(toFile(checksumsName, checksums))
  yield archiveTail
}
