import { createHash } from 'node:crypto'

/** 48 bits of a hash: of a million ids, two have the same once in half a million files. */
const markOf = (text: string): number => createHash('sha256').update(text).digest().readUIntBE(0, 6)

const idOf = (line: string): string | undefined => {
  try {
    const { _id, email } = JSON.parse(line) as { readonly _id?: unknown; readonly email?: unknown }
    if (typeof _id === 'string') return `id ${_id}`
    return typeof email === 'string' ? `e-mail ${email}` : undefined
  } catch {
    return undefined
  }
}

/** Finds rows about somebody whom a row before was about. Keeps a number for each row. */
export const openRepeated = (): ((line: string) => string | undefined) => {
  const seen = new Set<number>()
  return line => {
    const id = idOf(line)
    if (id === undefined) return undefined
    const mark = markOf(id)
    if (seen.has(mark)) return `its ${id.split(' ')[0]} stands in a row before`
    seen.add(mark)
    return undefined
  }
}
