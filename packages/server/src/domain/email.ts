import { domainToASCII } from 'node:url'

/** Longest e-mail address, or name used in place of one, in UTF-16 units. */
const longestEmail = 254

const foldCase = (text: string): string =>
  Array.from(text, character =>
    character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase(),
  ).join('')

const isAscii = (text: string): boolean => /^[\x21-\x7e]*$/.test(text)

const foldText = (text: string): string => {
  if (isAscii(text)) return text.toLowerCase()
  const visible = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  return foldCase(visible).normalize('NFKC')
}

/** Signs at which a URL's host would end or change its meaning, so that it is no domain. */
const isHost = (domain: string): boolean => !/[\s/?#:@\\%[\]<>^|]/.test(domain)

const foldDomain = (domain: string): string => {
  const plain = domain.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  const ascii = isAscii(plain) || !isHost(plain) ? '' : domainToASCII(plain)
  return (ascii || foldText(plain)).replace(/\.+$/, '')
}

const foldOnce = (typed: string): string => {
  const text = typed.trim()
  const at = text.lastIndexOf('@')
  if (at < 0) return foldText(text).trim()
  return `${foldText(text.slice(0, at))}@${foldDomain(text.slice(at + 1))}`.trim()
}

/**
 * The key under which an e-mail address is known: two addresses with the same key are one account.
 *
 * NFKC, Unicode case folding without the Turkish rules (dotless `ı` stays another letter than `i`), invisible
 * characters left out, the domain in its ASCII form without a last dot. Applying it twice changes nothing.
 * Only for finding: letters go to the address as it was typed at registration.
 */
export const canonicalEmail = (typed: string): string => {
  let key = typed
  for (let round = 0; round < 8; round += 1) {
    const next = foldOnce(key)
    if (next === key) break
    key = next
  }
  return key
}

/**
 * The key of an account that is found only by its address as typed, because another account has the canonical key. No
 * canonical key is one of these: account names hold no control characters.
 */
export const exactEmailKey = (typed: string): string => `${canonicalEmail(typed)}\n${typed}`

/** Single characters stand for up to eighteen, and folding those would take long: what they stand for counts. */
const isShort = (typed: string): boolean =>
  typed.length <= longestEmail && typed.normalize('NFKC').length <= longestEmail

/**
 * True for what may name an account: not empty, at most 254 long, no control characters, no broken surrogates.
 * An app that confirms automatically takes any such text.
 */
export const isAccountName = (typed: string): boolean =>
  isShort(typed) &&
  typed.isWellFormed() &&
  !/\p{Cc}|[\u2028\u2029]/u.test(typed) &&
  canonicalEmail(typed) !== ''

/** True for an account name that a letter can be sent to: one `@`, nothing that mail headers would read as more. */
export const isMailAddress = (typed: string): boolean =>
  isAccountName(typed) && /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(typed)
