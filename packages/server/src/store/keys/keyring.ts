import { Binary, type Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import { insertNew } from '../insert-new.ts'
import { fromDate, toDate } from '../object-id.ts'

/** The data keys, sealed with one master key. */
export type KeyringBox = {
  /** Tells which master key, without telling the key. */
  readonly masterKeyId: string
  readonly sealed: Uint8Array
}

export type KeyringContent = {
  /** All hold the same. */
  readonly boxes: readonly KeyringBox[]
  /** The data key with which everything was sealed that older ones had sealed, and when: milliseconds since 1970. */
  readonly resealed: { readonly number: number; readonly at: number }
}

export type Keyring = KeyringContent & {
  /** Raised by each change. */
  readonly generation: number
}

export type KeyringStore = {
  find(): Promise<Keyring | undefined>
  /** Resolves `false`, writing nothing, when there is one. */
  insert(content: KeyringContent): Promise<boolean>
  /** Resolves `false`, writing nothing, when it was changed since that generation. */
  replace(generation: number, content: KeyringContent): Promise<boolean>
  /** What a store without a keyring was sealed with: a seal that the master key itself opens. */
  findOldSeal(): Promise<Uint8Array | undefined>
}

const id = 'keyring'

const fromContent = ({ boxes, resealed }: KeyringContent): Document => ({
  boxes: boxes.map(({ masterKeyId, sealed }) => ({ masterKeyId, sealed: new Binary(sealed) })),
  resealed: { number: resealed.number, at: toDate(resealed.at) },
})

const toBox = ({ masterKeyId, sealed }: Document): KeyringBox => ({
  masterKeyId,
  sealed: (sealed as Binary).buffer,
})

export const openKeyringStore = async (database: Database): Promise<KeyringStore> => {
  const keyrings = database.collection('keyring')
  const projects = database.collection('project', { promoteValues: false })

  return {
    find: async () => {
      const found = await keyrings.findOne({ _id: id })
      if (found === undefined) return undefined
      const { number, at } = found.resealed
      return {
        generation: Number(found.generation),
        boxes: found.boxes.map(toBox),
        resealed: { number: Number(number), at: fromDate(at) },
      }
    },
    insert: content => insertNew(keyrings, { _id: id, generation: 1, ...fromContent(content) }),
    replace: async (generation, content) => {
      const { matchedCount } = await keyrings.updateOne(
        { _id: id, generation },
        { $set: { generation: generation + 1, ...fromContent(content) } },
      )
      return matchedCount === 1
    },
    findOldSeal: async () => (await projects.findOne({ _id: 'project' }))?.seal?.value(),
  }
}
