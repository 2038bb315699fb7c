import { z } from 'zod'
import { isId } from '../../domain/id.ts'
import { AppError } from '../../errors.ts'
import type { UserPosition, UserWalk } from '../../store/user-search/walk.ts'

const written = z.tuple([
  z.union([z.string().max(512), z.int().min(0).max(8.64e15), z.null()]),
  z.string(),
])

export const toCursor = ({ value, id }: UserPosition): string =>
  Buffer.from(JSON.stringify([value ?? null, id])).toString('base64url')

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

const kindOf = ({ by }: UserWalk): 'object' | 'string' | 'number' => {
  if (by === 'id') return 'object'
  return by === 'email' ? 'string' : 'number'
}

/** @throws `fieldInvalid` for what is no cursor of such a walk */
export const readCursor = (cursor: string, walk: UserWalk): UserPosition => {
  const { data } = written.safeParse(parse(cursor))
  const [value, id] = data ?? []
  if (!isId(id) || typeof value !== kindOf(walk)) {
    throw new AppError('fieldInvalid', { detail: "'cursor' is not one of this search" })
  }
  return typeof value === 'string' || typeof value === 'number' ? { value, id } : { id }
}
