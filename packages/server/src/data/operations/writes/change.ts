import type { Document } from 'bson'
import { compileFilter } from '../../../documents/embedded/query/matcher.ts'
import { compileUpdate } from '../../../documents/embedded/update/update.ts'
import { upsertDocument } from '../../../documents/embedded/update/upsert.ts'
import { equalValues } from '../../../documents/embedded/values/compare.ts'
import { AppError } from '../../../errors.ts'
import { valueAt } from '../../expressions/expansion.ts'
import type { Judge } from '../../rules/judge.ts'
import type { Candidate } from '../../view/view.ts'

/** What is asked to become of a document. */
export type Change = {
  readonly query: Document
  /** Operators, a pipeline, or a document without operators: a replacement. */
  readonly update: Document | readonly Document[]
  readonly arrayFilters?: readonly Document[] | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Works out what documents become, by MongoDB's own semantics, before anything is written. */
export type CompiledChange = {
  /** @throws DocumentsError */
  apply(document: Document): Document
  /** The document that an upsert makes. @throws DocumentsError */
  make(): Document
  /** Paths that the change is about, as far as they can be named: up to the first element that a query chooses. */
  readonly touched: readonly string[] | 'all'
}

/** The part of an update's path before `$`, `$[]` and `$[name]`. */
const plainPath = (path: string): string => path.split(/\.\$/)[0] as string

const touchedBy = (update: Document | readonly Document[]): readonly string[] | 'all' => {
  if (Array.isArray(update) || !Object.keys(update)[0]?.startsWith('$')) return 'all'
  return Object.entries(update as Document).flatMap(([operator, fields]) =>
    Object.entries(fields as Document).flatMap(([path, value]) =>
      operator === '$rename' ? [plainPath(path), String(value)] : [plainPath(path)],
    ),
  )
}

/** @throws DocumentsError */
export const compileChange = ({ query, update, arrayFilters, now }: Change): CompiledChange => {
  const compiled = compileUpdate(update, { arrayFilters })
  const { position } = compileFilter(query)
  const at = new Date(now)
  return {
    touched: touchedBy(update),
    apply: document =>
      compiled.apply(document, { position: position(document), isInsert: false, now: at }),
    make: () =>
      compiled.apply(upsertDocument(query), { position: undefined, isInsert: true, now: at }),
  }
}

/** A value that no document has. */
const probe = 'Symbol(probe)'

const withProbe = (document: Document, [name = '', ...rest]: readonly string[]): Document => {
  const inner: unknown = document[name]
  const isInside = rest.length > 0 && typeof inner === 'object' && inner !== null
  return {
    ...document,
    [name]: isInside ? withProbe(inner as Document, rest) : probe,
  }
}

const isRefusedWrite = (error: unknown): boolean =>
  error instanceof AppError && error.refusal === 'writeRefused'

const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (left !== undefined && right !== undefined && equalValues(left, right))

/** True where the writer sees what stands there, or the change will be judged as one. */
const isTold = (path: string, { document, visible }: Candidate, after: Document): boolean => {
  const [before, seen, left] = [document, visible, after].map(one => valueAt(one, path))
  return (before !== undefined && isSame(before, seen)) || !isSame(before, left)
}

/**
 * Refuses a change of fields that its writer neither sees nor may write, also when it would leave them as they are:
 * otherwise `$max` on a hidden number would tell whether the number is greater.
 *
 * @throws `writeRefused`
 */
export const checkUntold = async (
  judge: Judge,
  candidate: Candidate,
  { after, touched }: { readonly after: Document; readonly touched: CompiledChange['touched'] },
): Promise<void> => {
  const { document } = candidate
  const paths = touched === 'all' ? Object.keys({ ...document, ...after }) : touched
  for (const path of paths) {
    if (path === '_id' || isTold(path, candidate, after)) continue
    try {
      await judge.checkUpdate(document, withProbe(document, path.split('.')))
    } catch (error) {
      if (isRefusedWrite(error)) throw error
    }
  }
}
