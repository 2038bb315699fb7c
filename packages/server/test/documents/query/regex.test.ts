import { BSONRegExp } from 'bson'
import { describe, expect, it } from 'vitest'
import { regexPrefix } from '../../../src/documents/embedded/query/regex/prefix.ts'
import { translateRegex } from '../../../src/documents/embedded/query/regex/translate.ts'
import { DocumentsError } from '../../../src/documents/error.ts'
import { idsOf } from './find.ts'

/** The texts out of `list` in which the pattern finds something. */
const hits = (pattern: string, options: string, list: readonly string[]): string[] =>
  list.filter(text => translateRegex(pattern, options).test(text))

describe('patterns in the words of PCRE', () => {
  it('take anchors by line feeds only', () => {
    expect(hits('a$', '', ['a', 'a\n', 'a\n\n', 'a\r', 'a\nb'])).toEqual(['a', 'a\n'])
    expect(hits('^b$', 'm', ['a\nb', 'a\nb\nc', 'a\rb', 'b'])).toEqual(['a\nb', 'a\nb\nc', 'b'])
    expect(hits('\\Ab\\z', 'm', ['b', 'a\nb', 'b\n'])).toEqual(['b'])
    expect(hits('b\\Z', '', ['b', 'b\n', 'b\nx'])).toEqual(['b', 'b\n'])
    expect(hits('a.b', '', ['a\nb', 'a\rb', 'a😀b'])).toEqual(['a\rb', 'a😀b'])
    expect(hits('a.b', 's', ['a\nb'])).toEqual(['a\nb'])
    expect(hits('a\\Nb', 's', ['a\nb', 'axb'])).toEqual(['axb'])
  })

  it('ignore blanks and comments where asked to', () => {
    expect(hits('a b # c\n [ ] \\ d', 'x', ['ab  d', 'a b d'])).toEqual(['ab  d'])
    expect(hits('a(?#not me)b', '', ['ab'])).toEqual(['ab'])
  })

  it('switch options inside of a pattern', () => {
    const texts = ['ab', 'aB', 'AB', 'c', 'C']
    expect(hits('^(?:a(?i)b|c)$', '', texts)).toEqual(['ab', 'aB', 'c', 'C'])
    expect(hits('(?i)^ab$', '', texts)).toEqual(['ab', 'aB', 'AB'])
    expect(hits('^(?-i:a)b$', 'i', texts)).toEqual(['ab', 'aB'])
    expect(hits('^(?i:a(?-i)b)$', '', texts)).toEqual(['ab', 'Ab'].slice(0, 1))
    expect(hits('(?s)a.b', '', ['a\nb'])).toEqual(['a\nb'])
    expect(hits('(?m-s:^b.)', 's', ['a\nb\n', 'a\nbc'])).toEqual(['a\nbc'])
  })

  it('know classes, properties and escapes', () => {
    expect(hits('^[[:alpha:]_-]+$', '', ['ab_-', 'é', 'a1'])).toEqual(['ab_-'])
    expect(hits('^[]a]+$', '', [']a', 'b'])).toEqual([']a'])
    expect(hits('^[^]a]$', '', [']', 'b'])).toEqual(['b'])
    expect(hits('^[\\w-.]+$', '', ['a-.', 'a b'])).toEqual(['a-.'])
    expect(hits('^\\s$', '', [' ', '\t', '\u00a0'])).toEqual([' ', '\t'])
    expect(hits('^\\h$', '', [' ', '\n', '\u00a0'])).toEqual([' ', '\u00a0'])
    expect(hits('^\\p{Lu}\\p{Greek}\\PL$', '', ['Aα1', 'aα1', 'Aαx'])).toEqual(['Aα1'])
    expect(hits('^\\x41\\x{1F600}\\101\\o{101}\\cA$', '', ['A😀AA\u0001'])).toEqual(['A😀AA\u0001'])
    expect(hits('^\\Qa.b*\\E+$', '', ['a.b**', 'aab'])).toEqual(['a.b**'])
    expect(hits('^a{,2}\\-b{2}}$', '', ['a{,2}-bb}'])).toEqual(['a{,2}-bb}'])
    expect(hits('^x\\R$', '', ['x\r\n', 'x\u2028'])).toEqual(['x\r\n', 'x\u2028'])
  })

  it('refer back by number and by name', () => {
    expect(hits('^(a|b)\\1[0]$', '', ['aa0', 'ab0'])).toEqual(['aa0'])
    expect(hits('^(a)(?#ten)\\10$', '', ['a\b', 'aa0'])).toEqual(['a\b'])
    expect(hits('^(?P<q>a|b)(?P=q)\\k{q}\\g{1}$', '', ['aaaa', 'abab'])).toEqual(['aaaa'])
    expect(hits("^(?'q'a|b)\\k'q'$", '', ['bb', 'ab'])).toEqual(['bb'])
    expect(hits('(?<=a)b(?!c)', '', ['ab', 'abc', 'b'])).toEqual(['ab'])
  })

  it('fold case beyond ASCII', () => {
    expect(hits('^éΣ$', 'i', ['Éσ', 'es'])).toEqual(['Éσ'])
  })

  it('are refused where JavaScript has no words for them, and where they are wrong', () => {
    const patterns = [
      'a++',
      '(?>a)',
      '(?|a|b)',
      '(?R)',
      '(?(1)a)',
      '(*FAIL)',
      'a\\Kb',
      '\\X',
      '(a',
      'a)',
      '[a',
      'a\\',
      '*a',
      '\\k<none>',
      '\\p{Nonsense}',
      '[z-a]',
    ]

    for (const pattern of patterns)
      expect(() => translateRegex(pattern, ''), pattern).toThrow(DocumentsError)
  })
})

describe('$regex', () => {
  const documents = [
    { _id: 1, a: 'Ab' },
    { _id: 2, a: ['x', 'ab'] },
    { _id: 3, a: 5 },
    { _id: 4, a: new BSONRegExp('^ab', 'i') },
    { _id: 5, a: new BSONRegExp('^ab', '') },
  ]

  it('finds strings, elements of arrays, and the same expression stored', () => {
    expect(idsOf(documents, { a: { $regex: '^ab', $options: 'i' } })).toEqual([1, 2, 4])
    expect(idsOf(documents, { a: /^ab/ })).toEqual([2, 5])
    expect(idsOf(documents, { a: { $regex: new BSONRegExp('^ab'), $options: 'i' } })).toEqual([
      1, 2, 4,
    ])
    expect(idsOf(documents, { a: { $eq: new BSONRegExp('^ab', 'i') } })).toEqual([4])
  })

  it('refuses options that MongoDB does not know', () => {
    expect(() => idsOf(documents, { a: { $regex: 'a', $options: 'g' } })).toThrow(
      'invalid flag in regex options: g',
    )
    expect(() => idsOf(documents, { a: { $regex: 'a\0' } })).toThrow('null byte')
    expect(() => idsOf(documents, { a: { $regex: 'a'.repeat(40_000) } })).toThrow('too large')
  })
})

describe('regexPrefix', () => {
  it('is the text that every match begins with', () => {
    expect(regexPrefix(/^ab\.c[d]/)).toBe('ab.c')
    expect(regexPrefix(/^abc*/)).toBe('ab')
    expect(regexPrefix(/^é😀?/u)).toBe('é')
    expect(regexPrefix(new BSONRegExp('\\Aab'))).toBe('ab')
  })

  it('is unknown where the beginning is open', () => {
    for (const open of [/ab/, /^ab/i, /^ab/m, /^ab|c/, /^.ab/, /^a?/])
      expect(regexPrefix(open), String(open)).toBeUndefined()
  })
})
