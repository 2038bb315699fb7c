import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomHex } from '../security/random.ts'
import { copyInThread } from './copy-in-thread.ts'
import { type BackupFacts, filesFolder } from './facts.ts'
import type { FileCopy } from './snapshot.ts'
import { type BackupFile, writeArchive } from './write-archive.ts'

const chunkBytes = 256 * 1024

async function* toFiles(copies: readonly FileCopy[]): AsyncGenerator<BackupFile> {
  for (const { name, path, size, sha256 } of copies) {
    const content = createReadStream(path, { highWaterMark: chunkBytes })
    yield { name: `${filesFolder}${name}`, size, sha256, content }
    await rm(path)
  }
}

/**
 * A backup of a data folder as of one moment, whether or not a server writes it. It is copied first, beside what it
 * copies, so that whoever reads slowly holds up nobody.
 *
 * @throws Error when it cannot be copied
 */
export async function* backUpFolder(
  folder: string,
  facts: BackupFacts,
): AsyncGenerator<Uint8Array> {
  const into = join(folder, `backup-${randomHex(6)}`)
  try {
    yield* writeArchive(facts, toFiles(await copyInThread({ folder, into })))
  } finally {
    await rm(into, { recursive: true, force: true })
  }
}
