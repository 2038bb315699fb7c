import type { BSONRegExp } from 'bson'
import { toRegex } from '../../values/compare.ts'

/**
 * The text that every string begins with in which the expression can match, or `undefined` when nothing is
 * known: for a search in an index by the beginning of a key.
 */
export const regexPrefix = (value: BSONRegExp | RegExp): string | undefined => {
  const { pattern, options } = toRegex(value)
  if (/[imx]/.test(options) || pattern.includes('|')) return undefined
  const found = /^(?:\^|\\A)((?:[A-Za-z0-9_ ,;:@#%&=<>~"'/!-]|\\[^A-Za-z0-9\s]|\P{ASCII})+)/u.exec(
    pattern,
  )
  if (!found) return undefined
  const [whole, text = ''] = found
  const isRepeated = /^[*?{]/.test(pattern.slice(whole.length))
  const plain = [...text.replace(/\\([^A-Za-z0-9])/gu, '$1')]
  return (isRepeated ? plain.slice(0, -1) : plain).join('') || undefined
}
