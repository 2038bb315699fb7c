import { type Document, EJSON } from 'bson'
import { compileExpression } from '../../../src/documents/embedded/aggregate/expression.ts'
import { compilePipeline } from '../../../src/documents/embedded/aggregate/pipeline.ts'

/** What an expression gives, as canonical extended JSON; `missing` for nothing. */
export const evaluated = (expression: unknown, document: Document = {}): string => {
  const value = compileExpression(expression)(document, { NOW: new Date(0) })
  return value === undefined ? 'missing' : EJSON.stringify(value, { relaxed: false })
}

/** A table of expressions, each with what it must give. */
export type Table = readonly (readonly [expression: unknown, wanted: unknown])[]

/** Left what the expressions give, right what they should; for one `toEqual`. */
export const tabled = (
  table: Table,
  document: Document = {},
): { readonly got: string[]; readonly wanted: string[] } => ({
  got: table.map(([expression]) => `${label(expression)} = ${evaluated(expression, document)}`),
  wanted: table.map(
    ([expression, wanted]) =>
      `${label(expression)} = ${wanted === undefined ? 'missing' : EJSON.stringify(wanted, { relaxed: false })}`,
  ),
})

const label = (expression: unknown): string => EJSON.stringify(expression)

/** What a pipeline makes of documents; other collections by name. */
export const piped = (
  documents: readonly Document[],
  pipeline: readonly Document[],
  others: Readonly<Record<string, readonly Document[]>> = {},
): Document[] =>
  EJSON.parse(
    EJSON.stringify(
      [
        ...compilePipeline(pipeline).run(documents, {
          now: new Date(0),
          read: name => others[name] ?? [],
          examined: () => {},
        }),
      ],
      { relaxed: true },
    ),
  )
