import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileProjection } from '../../../src/documents/embedded/query/project.ts'
import { DocumentsError } from '../../../src/documents/error.ts'
import { find } from './find.ts'

const project = (projection: Document, document: Document, position?: number): Document =>
  compileProjection(projection)(document, position)

const refusal = (projection: Document): string => {
  try {
    compileProjection(projection)
  } catch (error) {
    if (error instanceof DocumentsError) return error.message
  }
  return 'accepted'
}

const user = {
  _id: 1,
  name: 'Ada',
  a: { b: 1, c: 2 },
  list: [{ b: 1, c: 2 }, 5, [{ b: 3, c: 4 }], {}],
}

describe('inclusion', () => {
  it('keeps the named fields in the order of the document, and _id', () => {
    expect(Object.keys(project({ a: 1, name: true }, user))).toEqual(['_id', 'name', 'a'])
    expect(project({ _id: 0, name: 1 }, user)).toEqual({ name: 'Ada' })
    expect(project({ _id: 1 }, user)).toEqual({ _id: 1 })
    expect(project({ '_id.x': 1 }, { _id: { x: 1, y: 2 }, a: 1 })).toEqual({ _id: { x: 1 } })
  })

  it('goes into documents and arrays, and drops the scalars on the way', () => {
    expect(project({ 'a.b': 1 }, user)).toEqual({ _id: 1, a: { b: 1 } })
    expect(project({ a: { b: 1 } }, user)).toEqual({ _id: 1, a: { b: 1 } })
    expect(project({ 'list.b': 1 }, user)).toEqual({ _id: 1, list: [{ b: 1 }, [{ b: 3 }], {}] })
    expect(project({ 'name.x': 1 }, user)).toEqual({ _id: 1 })
    expect(project({ 'a.none': 1 }, user)).toEqual({ _id: 1, a: {} })
  })

  it('adds what is calculated at the end', () => {
    const result = project({ name: '$a.b', a: 1, x: { $literal: 1 }, text: 'so' }, user)

    expect(result).toEqual({ _id: 1, a: { b: 1, c: 2 }, name: 1, x: 1, text: 'so' })
    expect(Object.keys(result)).toEqual(['_id', 'a', 'name', 'x', 'text'])
    expect(project({ name: '$none' }, user)).toEqual({ _id: 1 })
    expect(project({ 'a.d': '$name' }, user)).toEqual({ _id: 1, a: { d: 'Ada' } })
  })
})

describe('exclusion', () => {
  it('keeps all other fields', () => {
    expect(project({ list: 0, 'a.b': false }, user)).toEqual({ _id: 1, name: 'Ada', a: { c: 2 } })
    expect(project({ _id: 0, list: 0, a: 0 }, user)).toEqual({ name: 'Ada' })
    expect(project({ _id: 1, list: 0, a: 0 }, user)).toEqual({ _id: 1, name: 'Ada' })
    expect(project({}, user)).toEqual(user)
  })

  it('goes into arrays and keeps their scalars', () => {
    expect(project({ 'list.b': 0 }, user).list).toEqual([{ c: 2 }, 5, [{ c: 4 }], {}])
  })
})

describe('$slice', () => {
  const document = { _id: 1, a: [1, 2, 3, 4], b: 5, c: [{ d: [1, 2] }, 7] }

  it('takes from both ends and keeps the other fields', () => {
    expect(project({ a: { $slice: 2 } }, document)).toEqual({ ...document, a: [1, 2] })
    expect(project({ a: { $slice: -3 } }, document).a).toEqual([2, 3, 4])
    expect(project({ a: { $slice: 0 } }, document).a).toEqual([])
    expect(project({ a: { $slice: [-3, 2] } }, document).a).toEqual([2, 3])
    expect(project({ a: { $slice: [-9, 2] } }, document).a).toEqual([1, 2])
    expect(project({ a: { $slice: [9, 2] } }, document).a).toEqual([])
    expect(project({ b: { $slice: 1 } }, document)).toEqual(document)
  })

  it('goes through arrays of documents, and joins an inclusion', () => {
    expect(project({ 'c.d': { $slice: 1 } }, document).c).toEqual([{ d: [1] }, 7])
    expect(project({ b: 1, a: { $slice: 1 } }, document)).toEqual({ _id: 1, a: [1], b: 5 })
    expect(project({ _id: 1, a: { $slice: 1 } }, document)).toEqual({ _id: 1, a: [1] })
    expect(project({ _id: 0, a: { $slice: 1 }, c: 0 }, document)).toEqual({ a: [1], b: 5 })
  })
})

describe('array elements that match', () => {
  const document = { _id: 1, x: 1, a: [{ b: 1 }, { b: 2, c: 3 }, { b: 2 }] }

  it('are the first one under $elemMatch, last among the fields', () => {
    const result = project({ a: { $elemMatch: { b: 2 } }, x: 1 }, { _id: 1, a: document.a, x: 1 })

    expect(result).toEqual({ _id: 1, x: 1, a: [{ b: 2, c: 3 }] })
    expect(Object.keys(result)).toEqual(['_id', 'x', 'a'])
    expect(project({ _id: 0, a: { $elemMatch: { b: 9 } } }, document)).toEqual({})
  })

  it("are the one that the filter found under 'a.$'", () => {
    const found = (filter: Document, projection: Document) =>
      find([document], filter, { projection })

    expect(found({ 'a.b': 2 }, { 'a.$': 1 })).toMatchObject([{ _id: { value: 1 }, a: [{}] }])
    expect(project({ 'a.$': 1 }, document, 1)).toEqual({ _id: 1, a: [{ b: 2, c: 3 }] })
    expect(project({ 'a.c.$': 1 }, document, 1)).toEqual({ _id: 1, a: [{ c: 3 }] })
    expect(project({ 'x.$': 1 }, document)).toEqual({ _id: 1, x: 1 })
    expect(() => project({ 'a.$': 1 }, document)).toThrow("couldn't find a matching element")
  })
})

describe('what is refused', () => {
  it('is named', () => {
    expect(refusal({ a: 1, b: 0 })).toBe('Cannot do exclusion on field b in inclusion projection')
    expect(refusal({ a: 0, b: 1 })).toBe('Cannot do inclusion on field b in exclusion projection')
    expect(refusal({ a: 0, b: '$x' })).toMatch('exclusion projection')
    expect(refusal({ a: 1, 'a.b': 1 })).toBe('Path collision at a.b')
    expect(refusal({ 'a.b': 1, a: 1 })).toBe('Path collision at a')
    expect(refusal({ 'a.b': 1, a: { b: { $slice: 1 } } })).toBe('Path collision at a.b')
    expect(refusal({ score: { $meta: 'textScore' } })).toMatch('$meta is not supported')
  })

  it('includes paths and operators of the wrong shape', () => {
    const wrong = [
      { '': 1 },
      { 'a.': 1 },
      { 'a..b': 1 },
      { $a: 1 },
      { 'a.$b': 1 },
      { 'a.$.b': 1 },
      { a: {} },
      { 'a.$': 0 },
      { 'a.$': 1, 'b.$': 1 },
      { 'a.$': 1, b: { $elemMatch: {} } },
      { 'a.$': 1, b: 0 },
      { 'a.b': { $elemMatch: { c: 1 } } },
      { a: { $elemMatch: 1 } },
      { a: { $slice: [1, 0] } },
      { a: { $who: 1 } },
    ]

    expect(wrong.filter(projection => refusal(projection) === 'accepted')).toEqual([])
  })
})

describe('a field called __proto__', () => {
  const odd: Document = JSON.parse('{"_id": 1, "__proto__": {"x": 1, "y": 2}, "a": 1}')

  it('is a field like others and changes no prototype', () => {
    const kept = project(JSON.parse('{"__proto__.x": 1}'), odd)
    const rest = project({ a: 0 }, odd)

    expect(Object.keys(kept)).toEqual(['_id', '__proto__'])
    expect(JSON.stringify(kept)).toBe('{"_id":1,"__proto__":{"x":1}}')
    expect(Object.keys(rest)).toEqual(['_id', '__proto__'])
    expect(Object.getPrototypeOf(rest)).toBe(Object.prototype)
    expect(({} as Document).x).toBeUndefined()
  })
})
