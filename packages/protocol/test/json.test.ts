import { JsonError, parseJson } from '@regent/protocol'
import { describe, expect, it } from 'vitest'

const refusal = (text: string, limits = {}): string => {
  try {
    parseJson(text, limits)
  } catch (error) {
    if (error instanceof JsonError) return error.message
    throw error
  }
  return 'taken'
}

describe('parseJson', () => {
  it('takes what JSON.parse takes', () => {
    const texts = [
      '{"a":1,"b":[true,null,"x\\"y"],"c":{"d":-1.5e3}}',
      ' [ ] ',
      '"alone"',
      '0',
      '{"":{"":[]}}',
      '{"a":{"k":1},"b":{"k":2},"k":3}',
      '["k","k",{"k":"k"}]',
      '{"back\\\\slash":"\\\\","q\\"":1}',
      '"\\ud83d\\ude00"',
    ]

    expect(texts.map(text => parseJson(text))).toEqual(texts.map(text => JSON.parse(text)))
  })

  it('refuses what is no JSON', () => {
    for (const text of ['', '{', '{"a":}', '[1,]', "{'a':1}", 'NaN', '{"a":1}x', '"open', '}{'])
      expect(refusal(text)).toBe('not valid JSON')
  })

  it('refuses nesting of 100,000 levels without building it', () => {
    expect(refusal('['.repeat(100_000))).toBe('nested deeper than 100 levels')
    expect(refusal('{"a":'.repeat(100_000))).toBe('nested deeper than 100 levels')
    expect(refusal(`${'['.repeat(100)}${']'.repeat(100)}`)).toBe('taken')
  })

  it('counts values, however they are nested', () => {
    expect(refusal('[1,2,3]', { maxValues: 4 })).toBe('taken')
    expect(refusal('[1,2,3,4]', { maxValues: 4 })).toBe('more than 4 values')
    expect(refusal('{"a":[1,2],"b":{"c":3}}', { maxValues: 4 })).toBe('more than 4 values')
  })

  it('refuses a key that stands twice in one object, also when it is spelled in escapes', () => {
    expect(refusal('{"email":1,"email":2}')).toBe('key "email" stands there twice')
    expect(refusal('{"email":1,"\\u0065mail":2}')).toBe('key "email" stands there twice')
    expect(refusal('{"a":{"x":1,"x" : 2}}')).toBe('key "x" stands there twice')
  })

  it('refuses __proto__ as a key at any depth, and takes it as a value', () => {
    expect(refusal('{"a":{"__proto__":{"polluted":1}}}')).toBe('key "__proto__" is not allowed')
    expect(refusal('{"\\u005f_proto__":1}')).toBe('key "__proto__" is not allowed')
    expect(refusal('{"name":"__proto__"}')).toBe('taken')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('refuses lone surrogates and names where they stand', () => {
    expect(refusal('{"user":{"email":"a\\ud800b"}}')).toBe(
      "string at 'user.email' is not valid Unicode",
    )
    expect(refusal('{"a\\uDC00":1}')).toContain('is not valid Unicode')
  })
})
