import type { Collection, Documents } from '../../src/documents/documents.ts'

/** When the process is to die: before or after which write from now on. */
export type Doom = { readonly when: 'before' | 'after'; readonly write: number }

const writes: readonly (keyof Collection)[] = [
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'deleteOne',
  'deleteMany',
  'bulkWrite',
]

const die = (): void => process.kill(process.pid, 'SIGKILL') as unknown as undefined

/** Documents whose process is killed at the write that `doom` names; until then they are as any. */
export const doomDocuments = (
  documents: Documents,
): { documents: Documents; doom(doom: Doom): void } => {
  let left = Number.POSITIVE_INFINITY
  let when: Doom['when'] = 'before'

  const doomCollection = (collection: Collection): Collection => {
    const doomed: Record<string, unknown> = { ...collection }
    for (const method of writes) {
      const write = collection[method] as (...given: unknown[]) => Promise<unknown>
      doomed[method] = async (...given: unknown[]) => {
        left -= 1
        const isLast = left === 0
        if (isLast && when === 'before') die()
        const result = await write(...given)
        if (isLast) die()
        return result
      }
    }
    return doomed as Collection
  }

  return {
    documents: {
      ...documents,
      database: name => {
        const database = documents.database(name)
        return {
          ...database,
          collection: (...given) => doomCollection(database.collection(...given)),
        }
      },
    },
    doom: given => {
      left = given.write
      when = given.when
    },
  }
}
