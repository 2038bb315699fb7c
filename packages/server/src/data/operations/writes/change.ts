import type { Document } from 'bson'
import { AppError } from '../../../errors.ts'
import type { Judge } from '../../rules/judge.ts'
import { mergeChange } from '../../view/merge-change.ts'
import type { Candidate, View } from '../../view/view.ts'
import { isDocument } from '../values.ts'

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
  /** @throws DocumentsError, `readSizeLimit` */
  apply(document: Document): Promise<Document>
  /** The document that an upsert makes. @throws as `apply` */
  make(): Promise<Document>
}

/** @throws DocumentsError */
export const compileChange = (
  view: Pick<View, 'open'>,
  { query, update, arrayFilters, now }: Change,
): CompiledChange => {
  const request = { kind: 'change', query, update, nowMs: now } as const
  const run = view.open({ ...request, ...(arrayFilters && { arrayFilters }) })
  const first = async (documents: readonly Document[]): Promise<Document> =>
    (await run(documents))[0] as Document
  return { apply: document => first([document]), make: () => first([]) }
}

const fieldOf = (value: Document, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined

type Steps = readonly string[]

/** Where the changed document has something of which the writer does not see what stands there. */
const overHidden = ({ document, visible }: Candidate, changed: Document): Steps[] =>
  Object.keys(changed).flatMap((name): Steps[] => {
    const [stored, seen, given] = [document, visible, changed].map(one => fieldOf(one, name))
    if (stored === seen || stored === undefined) return []
    if (seen === undefined) return [[name]]
    if (!isDocument(stored) || !isDocument(seen) || !isDocument(given)) return []
    const inside = overHidden({ document: stored, visible: seen }, given)
    return inside.map(rest => [name, ...rest])
  })

/** A value that no document has. */
const probe = 'Symbol(probe)'

const withProbe = (document: Document, [name = '', ...rest]: Steps): Document => {
  const inner = fieldOf(document, name)
  const value = rest.length > 0 && isDocument(inner) ? withProbe(inner, rest) : probe
  return { ...document, [name]: value }
}

const isRefusedWrite = (error: unknown): boolean =>
  error instanceof AppError && error.refusal === 'writeRefused'

/**
 * A write over what its writer does not see is judged as a change even where it would leave things as they are:
 * otherwise a right guess of a hidden value would be told from a wrong one.
 *
 * @throws `writeRefused`
 */
const checkGuesses = async (
  judge: Judge,
  candidate: Candidate,
  changed: Document,
): Promise<void> => {
  for (const path of overHidden(candidate, changed)) {
    try {
      await judge.checkUpdate(candidate.document, withProbe(candidate.document, path))
    } catch (error) {
      if (isRefusedWrite(error)) throw error
    }
  }
}

/**
 * What becomes of a document. The update works on what its writer sees of it, so that it can neither read nor copy
 * anything else.
 *
 * @throws `writeRefused`, `schemaRefused`; DocumentsError
 */
export const judgedChange = async (
  judge: Judge,
  candidate: Candidate,
  { apply }: CompiledChange,
): Promise<Document> => {
  const { document, visible } = candidate
  const changed = await apply(visible)
  const after = visible === document ? changed : mergeChange({ before: document, visible, changed })
  if (after === undefined) throw new AppError('writeRefused', { action: 'update' })
  await judge.checkUpdate(document, after)
  await checkGuesses(judge, candidate, changed)
  return after
}
