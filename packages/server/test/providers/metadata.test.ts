import { describe, expect, it } from 'vitest'
import { readMetadata } from '../../src/providers/metadata.ts'

const field = (name: string, fieldName = name, required = false) => ({ name, fieldName, required })

const facts = JSON.parse(`{
  "email": "ada@example.com",
  "empty": "",
  "nothing": null,
  "zero": 0,
  "no": false,
  "list": ["a", {"b": 1}],
  "user": {"name": "Ada", "home.town": {"x.y": "London"}, "data": {"deep": {"er": 1}}},
  "a.b": "literal",
  "constructor": "own"
}`) as Record<string, unknown>

describe('the fields of a profile', () => {
  it('are the mapped ones that are there, under their names in the profile', () => {
    const fields = [field('email'), field('user.name', 'name'), field('user.data'), field('absent')]

    expect(readMetadata(facts, fields)).toEqual({
      email: 'ada@example.com',
      name: 'Ada',
      'user.data': { deep: { er: 1 } },
    })
    expect(readMetadata(facts, [])).toEqual({})
  })

  it('are found by paths whose dots part names, unless a backslash stands before', () => {
    const paths = ['a\\.b', 'user.home\\.town.x\\.y', 'user.data.deep.er', 'a.b', 'user.name.x']

    expect(
      readMetadata(
        facts,
        paths.map(path => field(path)),
      ),
    ).toEqual({
      'a\\.b': 'literal',
      'user.home\\.town.x\\.y': 'London',
      'user.data.deep.er': 1,
    })
  })

  it('keep 0, false and lists, and leave out null', () => {
    const names = ['zero', 'no', 'list', 'nothing', 'empty']

    expect(
      readMetadata(
        facts,
        names.map(name => field(name)),
      ),
    ).toEqual({
      zero: 0,
      no: false,
      list: ['a', { b: 1 }],
      empty: '',
    })
  })

  it('are never taken from what all objects have, nor from inside lists and texts', () => {
    const names = [
      'toString',
      '__proto__',
      'user.constructor',
      'email.length',
      'list.length',
      'list.0',
    ]

    expect(
      readMetadata(
        facts,
        names.map(name => field(name)),
      ),
    ).toEqual({})
    expect(readMetadata(facts, [field('constructor')])).toEqual({ constructor: 'own' })
    const profile = readMetadata(facts, [field('user.data', '__proto__')])
    expect(Object.getPrototypeOf(profile)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).deep).toBe(undefined)
  })

  it('refuse the log-in when a required one is missing, null or empty', () => {
    for (const name of ['absent', 'nothing', 'empty', 'user.absent', 'toString'])
      expect(() => readMetadata(facts, [field(name, name, true)])).toThrow(
        `the field '${name}' is missing`,
      )
    expect(readMetadata(facts, [field('zero', 'zero', true), field('no', 'no', true)])).toEqual({
      zero: 0,
      no: false,
    })
  })

  it('are such as a document can hold', () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level += 1) deep = [deep]

    for (const value of [deep, { 'a\0b': 1 }, [{ x: { '\0': 1 } }], { _bsontype: 'Code' }])
      expect(() => readMetadata({ value }, [field('value')])).toThrow('cannot be kept')
    const value: unknown = JSON.parse('{"__proto__":{"isAdmin":true}}')
    expect(() => readMetadata({ value }, [field('value')])).toThrow('cannot be kept')
    expect(readMetadata({ value: { '': 'a\0b' } }, [field('value')])).toEqual({
      value: { '': 'a\0b' },
    })
  })

  it('have 4096 characters at most, whatever they are', () => {
    const long = { text: 'x'.repeat(4_096), list: ['x'.repeat(4_092)], other: 'x'.repeat(9_999) }

    expect(Object.keys(readMetadata(long, [field('text'), field('list')]))).toEqual([
      'text',
      'list',
    ])
    for (const value of ['x'.repeat(4_097), ['x'.repeat(4_093)]])
      expect(() => readMetadata({ value }, [field('value')])).toThrow('longer than 4096 characters')
  })
})
