/** Letters to add, take away, change or swap to make one word of the other. */
const distance = (one: string, other: string): number => {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = row
    row = next
  }
  return row[other.length] ?? 0
}

const isBeginning = (text: string, whole: string): boolean =>
  text.length >= 3 && whole.startsWith(text)

const longest = 64

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Whether the name is most likely the known one, mistyped. Names of a few letters are like too many others. */
const isSlip = (name: string, known: string): boolean => {
  const [meant, word] = [plain(name.slice(0, longest)), plain(known)]
  const most = word.length < 8 ? 1 : 2
  const isLike = word.length >= 4 && Math.abs(meant.length - word.length) <= most
  return isLike && distance(meant, word) <= most
}

/** A field that nothing reads, and the known one that is not there and most likely meant. */
export type Slip = { readonly name: string; readonly message: string }

/** Those that are like none stay: what others export has fields of its own. */
export const findSlips = (value: unknown, known: readonly string[]): readonly Slip[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.keys(value).flatMap(name => {
    if (known.includes(name)) return []
    const meant = known.find(each => !Object.hasOwn(value, each) && isSlip(name, each))
    return meant === undefined
      ? []
      : [{ name, message: `is no field of this: is "${meant}" meant?` }]
  })
}

/** The known name that is most likely meant; `undefined` when none is like it. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const meant = plain(name.slice(0, longest))
  const mostEdits = Math.max(1, Math.floor(meant.length / 3))
  const [best] = known
    .map(candidate => {
      const edits = isBeginning(meant, plain(candidate)) ? 1 : distance(meant, plain(candidate))
      return { candidate, edits: edits + (candidate[0] === name[0] ? 0 : 0.5) }
    })
    .filter(({ edits }) => edits <= mostEdits + 0.5)
    .sort((a, b) => a.edits - b.edits)
  return best?.candidate
}

/** What to do about a name that is not known. */
export const suggest = (name: string, known: readonly string[]): string => {
  const like = nearest(name, known)
  if (like !== undefined) return `is "${like}" meant?`
  return known.length > 0 ? `there are ${known.slice(0, 20).join(', ')}` : 'there is none'
}
