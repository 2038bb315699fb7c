/**
 * A path segment; `:name` stays as it is, so that the same functions write route patterns. Of `.` and `..`, which would
 * lead to another path however they are encoded, a name is made that nothing has.
 *
 * @see https://url.spec.whatwg.org/#double-dot-path-segment
 */
export const segment = (text: string): string => {
  if (/^:\w+$/.test(text)) return text
  return /^\.{1,2}$/.test(text) ? text.replaceAll('.', '%252E') : encodeURIComponent(text)
}
