import type { Cases, ContractCase } from './case.ts'
import { indexCases } from './indexes.ts'
import { readingCases } from './reads.ts'
import { semanticCases } from './semantics.ts'
import { watchCases } from './watch.ts'
import { writeCases } from './writes.ts'

const grouped = (
  group: string,
  cases: Cases,
  needs?: NonNullable<ContractCase['needs']>,
): ContractCase[] =>
  Object.entries(cases).map(([name, run]) => ({ group, name, run, ...(needs && { needs }) }))

/** Everything that an engine of `Documents` promises. */
export const documentCases = (): ContractCase[] => [
  ...semanticCases(),
  ...grouped('writes', writeCases),
  ...grouped('indexes', indexCases),
  ...grouped('reads', readingCases),
  ...grouped('watch', watchCases, 'changeStreams'),
]
