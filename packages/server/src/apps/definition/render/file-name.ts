/** What a name of whatever letters is called as a file: two different names never share one. */
export const fileName = (name: string): string =>
  encodeURIComponent(name)
    .replace(/^\./, '%2E')
    .replace(/[*'()!]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
