/** A path segment; `:name` stays as it is, so that the same functions write route patterns. */
export const segment = (text: string): string =>
  text.startsWith(':') ? text : encodeURIComponent(text)
