import type { ProviderType } from '@regent/protocol'
import type { Document } from 'bson'
import type { Collection } from '../../documents/documents.ts'
import type { User } from '../../domain/user.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'
import { toUser } from '../user-document.ts'

/** Which users are walked through, in the order of an index that holds no others. */
export type UserWalk =
  /** In the order of ids: all, those who are disabled, or those who have an identity of one of the providers. */
  | { readonly by: 'id'; readonly only?: 'disabled' | readonly ProviderType[] }
  /** In the order of a date, from the first (included) up to the second (left out); milliseconds since 1970. */
  | {
      readonly by: 'created' | 'last-login' | 'deletes'
      readonly from?: number | undefined
      readonly until?: number | undefined
    }
  /** In the order of canonical e-mail addresses that begin so. */
  | { readonly by: 'email'; readonly prefix: string }

/** Where in a walk a user stands; `value` is what the walk goes by, absent where that is the id. */
export type UserPosition = { readonly value?: string | number; readonly id: string }

export type UserSteps = {
  readonly isDescending?: boolean | undefined
  /** The last user before. */
  readonly after?: UserPosition | undefined
  readonly limit: number
}

export type UsersFound = {
  readonly found: readonly { readonly user: User; readonly position: UserPosition }[]
  /** Where to go on; `undefined` at the end. */
  readonly next: UserPosition | undefined
}

export type UserWalks = {
  /** Users one after the other, those being deleted left out; so there may be fewer than `limit` before the end. */
  walk(appId: string, walk: UserWalk, steps: UserSteps): Promise<UsersFound>
}

/** One index, and what of it. */
type Stream = {
  readonly hint: string
  /** What the (partial) index asks of all of them. */
  readonly fixed?: Document
  readonly field?: 'createdAt' | 'lastLoginAt' | 'deletesAt' | 'email' | 'otherEmail'
  readonly range?: Document
}

type Place = { readonly document: Document; readonly position: UserPosition }

const afterAllText = '\u{10ffff}'

const dateFields = {
  created: { hint: 'created', field: 'createdAt' },
  'last-login': { hint: 'lastLogin', field: 'lastLoginAt' },
  deletes: { hint: 'deletes', field: 'deletesAt' },
} as const

const dateStream = ({
  by,
  from = 0,
  until,
}: Extract<UserWalk, { by: keyof typeof dateFields }>): Stream => ({
  ...dateFields[by],
  range: { $gte: toDate(from), ...(until !== undefined && { $lt: toDate(until) }) },
})

const idStreams = (only: Extract<UserWalk, { by: 'id' }>['only']): Stream[] => {
  if (only === undefined) return [{ hint: 'appId_1__id_1' }]
  if (only === 'disabled') return [{ hint: 'disabled', fixed: { disabled: true } }]
  return only.map(type => ({
    hint: `provider-${type}`,
    fixed: { 'identities.providerType': type },
  }))
}

const streamsOf = (walk: UserWalk): Stream[] => {
  if (walk.by === 'id') return idStreams(walk.only)
  if (walk.by !== 'email') return [dateStream(walk)]
  const range = { $gte: walk.prefix, $lt: walk.prefix + afterAllText }
  return (['email', 'otherEmail'] as const).map(field => ({ hint: field, field, range }))
}

const toStored = (value: UserPosition['value']): unknown =>
  typeof value === 'number' ? toDate(value) : value

const toPlace = (document: Document, { field }: Stream): Place => {
  const value = field && document[field]
  const id = fromObjectId(document._id)
  if (value === undefined) return { document, position: { id } }
  return { document, position: { value: value instanceof Date ? fromDate(value) : value, id } }
}

const readStream = async (
  users: Collection,
  stream: Stream & { readonly appId: string },
  { isDescending = false, after, limit }: UserSteps,
): Promise<Place[]> => {
  const { appId, hint, fixed, field, range } = stream
  const turn = isDescending ? -1 : 1
  const beyond = isDescending ? '$lt' : '$gt'
  const read = async (more: Document, most: number): Promise<Place[]> => {
    const filter = { appId: toObjectId(appId), ...fixed, ...more }
    const sort = { appId: turn, ...(field && { [field]: turn }), _id: turn } as const
    const documents = await users.find(filter, { sort, limit: most, hint })
    return documents.map(document => toPlace(document, stream))
  }
  const behind = after && { _id: { [beyond]: toObjectId(after.id) } }
  if (field === undefined) return read({ ...behind }, limit)
  if (!after) return read({ [field]: range }, limit)
  const value = toStored(after.value)
  const equal = await read({ [field]: value, ...behind }, limit)
  if (equal.length === limit) return equal
  const { [isDescending ? '$lt' : '$gte']: _, ...otherEnd } = range ?? {}
  const rest = await read({ [field]: { [beyond]: value, ...otherEnd } }, limit - equal.length)
  return [...equal, ...rest]
}

/** As the engines order text: by its bytes. */
const compareValues = (a: UserPosition['value'], b: UserPosition['value']): number =>
  typeof a === 'string' && typeof b === 'string'
    ? Buffer.compare(Buffer.from(a), Buffer.from(b))
    : Number(a ?? 0) - Number(b ?? 0)

const comparePlaces = ({ position: a }: Place, { position: b }: Place): number =>
  compareValues(a.value, b.value) || (a.id < b.id ? -1 : Number(a.id > b.id))

const isSame = (a: Place, b: Place | undefined): boolean =>
  b !== undefined && comparePlaces(a, b) === 0

/** Who is found by the first address is not found by the other one again. */
const isRepeated = ({ document, position }: Place, { by, ...walk }: UserWalk): boolean =>
  by === 'email' &&
  'prefix' in walk &&
  position.value !== document.email &&
  String(document.email).startsWith(walk.prefix)

export const openUserWalks = (users: Collection): UserWalks => ({
  walk: async (appId, walk, steps) => {
    const streams = streamsOf(walk)
    const read = await Promise.all(
      streams.map(stream => readStream(users, { ...stream, appId }, steps)),
    )
    const turn = steps.isDescending ? -1 : 1
    const places = read
      .flat()
      .sort((a, b) => turn * comparePlaces(a, b))
      .filter((place, index, all) => !isSame(place, all[index - 1]))
    const taken = places.slice(0, steps.limit)
    const isEnd = taken.length === places.length && read.every(part => part.length < steps.limit)
    return {
      found: taken
        .filter(place => place.document.deleting !== true && !isRepeated(place, walk))
        .map(({ document, position }) => ({ user: toUser(document), position })),
      next: isEnd ? undefined : taken.at(-1)?.position,
    }
  },
})
