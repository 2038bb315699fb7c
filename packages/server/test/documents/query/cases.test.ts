import { readFileSync } from 'node:fs'
import { type Document, EJSON } from 'bson'
import { describe, expect, it } from 'vitest'
import { equalValues } from '../../../src/documents/embedded/values/compare.ts'
import { DocumentsError } from '../../../src/documents/error.ts'
import { type FindOptions, find } from './find.ts'

type Case = {
  readonly name: string
  readonly op: string
  readonly docs: readonly Document[]
  readonly filter: Document
  readonly opt: FindOptions
  readonly want:
    | readonly Document[]
    | { readonly ids?: readonly unknown[]; readonly orderedIds?: readonly unknown[]; error?: true }
}

const cases = EJSON.parse(
  readFileSync(new URL('../../../src/doctor/contract/cases.json', import.meta.url), 'utf8'),
  {
    relaxed: false,
  },
) as readonly Case[]

const agrees = ({ docs, filter, opt, want }: Case): boolean => {
  let found: Document[]
  try {
    found = find(docs, filter, opt)
  } catch (error) {
    return 'error' in want && error instanceof DocumentsError
  }
  if (Array.isArray(want)) return equalValues(found, want)
  if (!('ids' in want || 'orderedIds' in want)) return false
  return equalValues(
    found.map(({ _id }) => _id),
    want.orderedIds ?? want.ids,
  )
}

describe('the shared find cases', () => {
  const finds = cases.filter(({ op }) => op === 'find')

  it('hold without an engine', () => {
    expect(finds.length).toBeGreaterThan(40)
    expect(finds.filter(each => !agrees(each)).map(({ name }) => name)).toEqual([])
  })
})
