import type { Document } from 'bson'
import { encodeKey } from '../../values/key.ts'
import type { CollectionEntry, IndexEntry } from '../catalog.ts'
import { isOperators } from './conditions.ts'

export type WholeKey = { readonly index: IndexEntry; readonly key: Uint8Array }

/** A dot may lead into an array, and null stands for what is missing: those are left to the planner. */
const isPlain = (field: string, value: unknown): boolean =>
  value !== null && value !== undefined && !field.includes('.') && !isOperators(value)

const isMadeOf = ({ fields, partial }: IndexEntry, asked: readonly string[]): boolean =>
  partial === undefined &&
  fields.length === asked.length &&
  fields.every(field => asked.includes(field))

/**
 * The key of an index that the filter spells out field by field, the planner's choice for such a filter found without
 * weighing every index; `undefined` for any other filter. The values must be scalars.
 */
export const wholeKeyOf = (
  { idIndex, indexes }: CollectionEntry,
  filter: Document,
): WholeKey | undefined => {
  const asked = Object.keys(filter)
  if (!asked.every(field => isPlain(field, filter[field]))) return undefined
  const fitting = [idIndex, ...indexes].filter(index => isMadeOf(index, asked))
  const index = fitting.find(({ unique }) => unique) ?? fitting[0]
  if (index === undefined) return undefined
  const values = index.fields.map(field => filter[field])
  const directions = index.fields.map(field => index.key[field] ?? 1)
  return { index, key: encodeKey(values, directions) }
}
