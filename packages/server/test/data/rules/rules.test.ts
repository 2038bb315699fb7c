import { describe, expect, it } from 'vitest'
import { fieldCases } from './fields.cases.ts'
import { misjudged } from './outcome.ts'
import { roleCases } from './roles.cases.ts'

describe('the rules of a collection', () => {
  it('let do with documents what their roles say', async () => {
    expect(await misjudged(roleCases)).toEqual([])
  })

  it('let do with fields what their roles say', async () => {
    expect(await misjudged(fieldCases)).toEqual([])
  })
})
