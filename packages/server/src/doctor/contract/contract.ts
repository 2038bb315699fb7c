import type { Cases, ContractCase } from './case.ts'
import { indexCases } from './indexes.ts'
import { readingCases } from './reads.ts'
import { semanticCases } from './semantics.ts'
import { storeCases } from './store.ts'
import { watchCases } from './watch.ts'
import { writeCases } from './writes.ts'

const grouped = (
  group: string,
  cases: Cases,
  needs?: NonNullable<ContractCase['needs']>,
): ContractCase[] =>
  Object.entries(cases).map(([name, run]) => ({ group, name, run, ...(needs && { needs }) }))

/** Everything that an engine of `Documents` promises, and that the server's store promises over it. */
export const contractCases = (): ContractCase[] => [
  ...semanticCases(),
  ...grouped('writes', writeCases),
  ...grouped('indexes', indexCases),
  ...grouped('reads', readingCases),
  ...grouped('store', storeCases),
  ...grouped('watch', watchCases, 'changeStreams'),
]
