import { describe } from 'vitest'
import type { Documents } from '../../src/documents/documents.ts'
import { describeCases } from './contract/cases.ts'
import { describeIndexes } from './contract/indexes.ts'
import { describeReads } from './contract/reads.ts'
import { describeWrites } from './contract/writes.ts'

/**
 * The one suite that every engine passes. `open` is called once per group of tests and its store closed after
 * it; each test works in a database of its own.
 */
export const describeDocuments = (name: string, open: () => Promise<Documents>): void => {
  describe(name, () => {
    describeCases(open)
    describeWrites(open)
    describeIndexes(open)
    describeReads(open)
  })
}
