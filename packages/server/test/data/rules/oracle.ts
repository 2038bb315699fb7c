import type { Document } from 'bson'
import fc from 'fast-check'
import type { Role } from '../../../src/domain/data-source.ts'

/**
 * The rules said again, as plainly as can be, for a few expressions: what a role is, and what it says about one
 * document. Nothing of the server is used here.
 */
export type Condition = {
  readonly rule: unknown
  holds(root: Document, prevRoot: Document | undefined): boolean
}

const id = 'me'

export const conditions: readonly Condition[] = [
  { rule: {}, holds: () => true },
  { rule: true, holds: () => true },
  { rule: false, holds: () => false },
  { rule: { owner: '%%user.custom_data.id' }, holds: ({ owner }) => owner === id },
  { rule: { '%%root.pub': true }, holds: ({ pub }) => pub === true },
  { rule: { n: { $gt: 1 } }, holds: ({ n }) => n > 1 },
  { rule: { '%%user.custom_data.staff': true }, holds: () => false },
  { rule: { '%%user.custom_data.team': 'red' }, holds: () => true },
  {
    rule: { '%or': [{ pub: true }, { owner: '%%user.custom_data.id' }] },
    holds: ({ pub, owner }) => pub === true || owner === id,
  },
  { rule: { '%not': { pub: true } }, holds: ({ pub }) => pub !== true },
  { rule: { tags: 'a' }, holds: ({ tags }) => tags.includes('a') },
  {
    rule: { '%%prevRoot.n': { '%lt': 2 } },
    holds: (_root, prevRoot) => prevRoot !== undefined && prevRoot.n < 2,
  },
]

export const customData = { id, staff: false, team: 'red' }

type Kind = 'read' | 'write'
type PairOf = { readonly [kind in Kind]?: Condition | undefined }
type FieldOracle = PairOf & { readonly fields?: Readonly<Record<string, PairOf>> | undefined }

export type RoleOracle = PairOf & {
  readonly applyWhen: Condition
  readonly documentFilters?: PairOf | undefined
  readonly insert?: Condition | undefined
  readonly delete?: Condition | undefined
  readonly fields?: Readonly<Record<string, FieldOracle>> | undefined
  readonly additionalFields?: PairOf | undefined
}

const condition = fc.constantFrom(...conditions)
const maybe = fc.option(condition, { nil: undefined, freq: 2 })
const pair = fc.record({ read: maybe, write: maybe })
const fieldNames = ['_id', 'owner', 'pub', 'n', 'secret', 'addr', 'tags'] as const

const field: fc.Arbitrary<FieldOracle> = fc.oneof(
  { weight: 3, arbitrary: pair },
  {
    weight: 1,
    arbitrary: fc.record({
      read: fc.constant(undefined),
      write: fc.constant(undefined),
      fields: fc.dictionary(fc.constantFrom('city', 'zip'), pair, { maxKeys: 2 }),
    }),
  },
)

export const roles: fc.Arbitrary<readonly RoleOracle[]> = fc.array(
  fc.record({
    applyWhen: condition,
    documentFilters: fc.option(pair, { nil: undefined, freq: 1 }),
    read: maybe,
    write: maybe,
    insert: maybe,
    delete: maybe,
    fields: fc.dictionary(fc.constantFrom(...fieldNames), field, { maxKeys: 5 }),
    additionalFields: pair,
  }),
  { minLength: 1, maxLength: 3 },
)

export const documents = (count: number): fc.Arbitrary<Document[]> =>
  fc
    .array(
      fc.record({
        owner: fc.constantFrom(id, 'you'),
        pub: fc.boolean(),
        n: fc.integer({ min: 0, max: 3 }),
        secret: fc.integer({ min: 0, max: 2 }),
        addr: fc.record({ city: fc.constantFrom('x', 'y'), zip: fc.integer({ min: 1, max: 2 }) }),
        tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
      }),
      { maxLength: count },
    )
    .map(all => all.map((one, at) => ({ _id: at, ...one })))

const rulesOfPair = ({ read, write }: PairOf) => ({
  ...(read && { read: read.rule }),
  ...(write && { write: write.rule }),
})

export const toRole = (role: RoleOracle, at: number): Role => ({
  name: `role ${at}`,
  applyWhen: role.applyWhen.rule,
  ...rulesOfPair(role),
  ...(role.documentFilters && { documentFilters: rulesOfPair(role.documentFilters) }),
  ...(role.insert && { insert: role.insert.rule }),
  ...(role.delete && { delete: role.delete.rule }),
  fields: Object.fromEntries(
    Object.entries(role.fields ?? {}).map(([name, one]) => [
      name,
      {
        ...rulesOfPair(one),
        ...(one.fields && {
          fields: Object.fromEntries(
            Object.entries(one.fields).map(([inner, permission]) => [
              inner,
              rulesOfPair(permission),
            ]),
          ),
        }),
      },
    ]),
  ),
  additionalFields: rulesOfPair(role.additionalFields ?? {}),
})

export const roleOf = (all: readonly RoleOracle[], document: Document): RoleOracle | undefined =>
  all.find(role => role.applyWhen.holds(document, undefined))

const seeField = (
  one: FieldOracle,
  value: unknown,
  ask: (kind: Kind, pair: PairOf) => boolean,
): unknown => {
  if (ask('read', one) || ask('write', one)) return value
  if (one.read || !one.fields || typeof value !== 'object' || value === null) return undefined
  const seen = Object.entries(value).filter(([name]) => {
    const inner = one.fields?.[name]
    return inner !== undefined && (ask('read', inner) || (!one.write && ask('write', inner)))
  })
  return seen.length === 0 || Array.isArray(value) ? undefined : Object.fromEntries(seen)
}

/** What is seen of a document. */
export const visibleOf = (all: readonly RoleOracle[], document: Document): Document | undefined => {
  const role = roleOf(all, document)
  if (role === undefined) return undefined
  const { documentFilters: gate, read, write } = role
  const reads = (one: Condition) => one.holds(document, undefined)
  const writes = (one: Condition) => one.holds(document, document)
  if (gate && !(gate.read ? reads(gate.read) : true) && !(gate.write ? writes(gate.write) : true))
    return undefined
  if ((read && reads(read)) || (write && writes(write))) return document
  if (read) return undefined
  const ask = (kind: Kind, one: PairOf): boolean => {
    const asked = one[kind]
    if (asked === undefined || (kind === 'write' && write)) return false
    return kind === 'read' ? reads(asked) : writes(asked)
  }
  const seen: Document = {}
  for (const [name, value] of Object.entries(document)) {
    const shown = seeField(role.fields?.[name] ?? role.additionalFields ?? {}, value, ask)
    if (shown !== undefined) seen[name] = shown
  }
  return Object.keys(seen).length === 0 ? undefined : seen
}

const same = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left) === JSON.stringify(right)

export type WriteOracle = {
  readonly action: 'insert' | 'update' | 'delete'
  readonly before?: Document
  readonly after?: Document
}

/** Whether a write of one document is allowed. */
export const mayWrite = (
  all: readonly RoleOracle[],
  { action, before, after }: WriteOracle,
): boolean => {
  const role = roleOf(all, (before ?? after) as Document)
  if (role === undefined) return false
  const root = (after ?? before) as Document
  const holds = (one: Condition) => one.holds(root, before)
  const filter = role.documentFilters?.write
  if (filter) {
    if (!holds(filter)) return false
    const isAboutBoth = JSON.stringify(filter.rule).includes('%%prev')
    if (action === 'update' && !isAboutBoth && !filter.holds(before as Document, before))
      return false
  }
  if (action === 'delete' && role.delete && !holds(role.delete)) return false
  if (action === 'insert' && role.insert && !holds(role.insert)) return false
  if (role.write) return holds(role.write)
  const [old, now] = [before ?? {}, after ?? {}] as [Document, Document]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].every(name => {
    if (same(old[name], now[name])) return true
    const one = role.fields?.[name] ?? role.additionalFields ?? {}
    if (one.write) return holds(one.write)
    const inside = (one as FieldOracle).fields
    const values = [old[name], now[name]].filter(value => value !== undefined)
    if (!inside || values.some(value => typeof value !== 'object' || Array.isArray(value)))
      return false
    const [inner, outer] = [old[name] ?? {}, now[name] ?? {}]
    return [...new Set([...Object.keys(inner), ...Object.keys(outer)])].every(
      key =>
        same(inner[key], outer[key]) || (inside[key]?.write ? holds(inside[key].write) : false),
    )
  })
}
