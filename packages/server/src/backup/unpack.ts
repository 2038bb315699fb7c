import { createHash } from 'node:crypto'
import { ArchiveError, readArchive } from './archive.ts'
import { type BackupFacts, backupFormat, checksumsName, factsName } from './facts.ts'

/** Takes one file of a backup; its content must be read to the end. */
export type TakeFile = (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>

const mostJson = 64 * 2 ** 20

const readJson = async (name: string, content: AsyncIterable<Uint8Array>): Promise<unknown> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of content) {
    size += part.length
    if (size > mostJson) throw new ArchiveError(`${name} of the backup is too large`)
    parts.push(Uint8Array.from(part))
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (cause) {
    throw new ArchiveError(`${name} of the backup cannot be read`, { cause })
  }
}

const readFacts = (value: unknown): BackupFacts => {
  const facts = value as Partial<BackupFacts> | null
  if (typeof facts?.format !== 'number') throw new ArchiveError('this is no backup of Regent')
  if (facts.format > backupFormat) {
    throw new ArchiveError(
      `the backup was made by a newer Regent (format ${facts.format}); this one reads format ${backupFormat}`,
    )
  }
  return facts as BackupFacts
}

async function* digesting(
  content: AsyncIterable<Uint8Array>,
  digest: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const part of content) {
    digest.update(part)
    yield part
  }
}

const compare = (found: ReadonlyMap<string, string>, told: Record<string, string>): void => {
  for (const [name, sum] of found) {
    if (told[name] !== sum) throw new ArchiveError(`${name} of the backup was changed`)
  }
  for (const name of Object.keys(told)) {
    if (!found.has(name)) throw new ArchiveError(`${name} is missing from the backup`)
  }
}

/**
 * Reads a backup from its first byte to its last. `begin` is told what it is, and answers who takes its files; whether
 * they are whole is known only when this resolves.
 *
 * @throws ArchiveError for one that is cut off, changed, or made by a newer server
 */
export const unpack = async (
  source: AsyncIterable<Uint8Array>,
  begin: (facts: BackupFacts) => Promise<TakeFile>,
): Promise<BackupFacts> => {
  const found = new Map<string, string>()
  let facts: BackupFacts | undefined
  let take: TakeFile | undefined
  let isWhole = false
  for await (const { name, content } of readArchive(source)) {
    if (facts === undefined || take === undefined) {
      if (name !== factsName) throw new ArchiveError('this is no backup of Regent')
      facts = readFacts(await readJson(name, content))
      take = await begin(facts)
    } else if (name === checksumsName) {
      compare(found, (await readJson(name, content)) as Record<string, string>)
      isWhole = true
    } else {
      const digest = createHash('sha256')
      await take(name, digesting(content, digest))
      found.set(name, digest.digest('hex'))
    }
  }
  if (facts === undefined || !isWhole) throw new ArchiveError('the backup is cut off')
  return facts
}
