import type { Document } from 'bson'
import type { Scope } from '../expressions/scope.ts'

/** What a running pipeline may ask of the engine. */
export type PipelineContext = {
  readonly now: Date
  /** All documents of another collection of the same database. */
  read(collection: string): Iterable<Document>
  /** Told how many documents were read from another collection; may throw to end the read. */
  examined(count: number): void
}

export type RunContext = PipelineContext & {
  readonly variables: Scope['variables']
}

/** A compiled stage: documents in, documents out, as lazily as the stage allows. */
export type Stage = (source: Iterable<Document>, context: RunContext) => Iterable<Document>

export type CompilePipeline = (
  stages: readonly Document[],
  options?: { readonly inside?: string },
) => Stage

/** Checks the stage's operand once. */
export type StageCompiler = (
  operand: unknown,
  compilePipeline: CompilePipeline,
  name: string,
) => Stage

export type StageCompilers = Readonly<Record<string, StageCompiler>>

export const scopeOf = (root: Document, context: RunContext): Scope => ({
  root,
  variables: context.variables,
})

/** A stage that makes one document of one. */
export const eachDocument = (change: (document: Document, scope: Scope) => Document): Stage =>
  function* (source, context) {
    for (const document of source) yield change(document, scopeOf(document, context))
  }
