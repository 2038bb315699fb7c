/** Lines of unchanged text that are shown around a change. */
const context = 3
/** Two texts that differ in more than this many pairs of lines are shown one after the other. */
const mostPairs = 4_000_000
/** Lines of one change that are shown. */
const mostLines = 400

type Step = { readonly mark: '+' | '-' | ' '; readonly line: string }

/** Lengths of the longest common parts of what follows in both, row by row. */
const commonLengths = (before: readonly string[], after: readonly string[]): Uint32Array[] => {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  for (let i = before.length - 1; i >= 0; i--) {
    const [row, next] = [rows[i] as Uint32Array, rows[i + 1] as Uint32Array]
    for (let j = after.length - 1; j >= 0; j--) {
      row[j] =
        before[i] === after[j]
          ? (next[j + 1] as number) + 1
          : Math.max(next[j] as number, row[j + 1] as number)
    }
  }
  return rows
}

const marked = (mark: Step['mark'], lines: readonly string[]): Step[] =>
  lines.map(line => ({ mark, line }))

const walk = (before: readonly string[], after: readonly string[]): Step[] => {
  if (before.length * after.length > mostPairs) {
    return [...marked('-', before), ...marked('+', after)]
  }
  const lengths = commonLengths(before, after)
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  const steps: Step[] = []
  let [i, j] = [0, 0]
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      steps.push({ mark: ' ', line: before[i] as string })
      i++
      j++
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      steps.push({ mark: '-', line: before[i++] as string })
    } else {
      steps.push({ mark: '+', line: after[j++] as string })
    }
  }
  return [...steps, ...marked('-', before.slice(i)), ...marked('+', after.slice(j))]
}

const commonStart = (before: readonly string[], after: readonly string[]): number => {
  let count = 0
  while (count < Math.min(before.length, after.length) && before[count] === after[count]) count++
  return count
}

const compare = (before: readonly string[], after: readonly string[]): Step[] => {
  const start = commonStart(before, after)
  const [restBefore, restAfter] = [before.slice(start), after.slice(start)]
  const end = commonStart(restBefore.toReversed(), restAfter.toReversed())
  const middle = walk(
    restBefore.slice(0, restBefore.length - end),
    restAfter.slice(0, restAfter.length - end),
  )
  const tail = restBefore.slice(restBefore.length - end)
  return [...marked(' ', before.slice(0, start)), ...middle, ...marked(' ', tail)]
}

/** What changed between two texts: lines with `+ `, `- ` or two blanks before them, and `…` for what is left out. */
export const diffLines = (before: string, after: string): string[] => {
  const steps = compare(before.split('\n'), after.split('\n'))
  const near = new Set<number>()
  for (const [index, { mark }] of steps.entries()) {
    if (mark === ' ') continue
    for (let at = index - context; at <= index + context; at++) near.add(at)
  }
  const shown: string[] = []
  let isGap = false
  for (const [index, { mark, line }] of steps.entries()) {
    if (!near.has(index)) isGap = true
    else {
      if (isGap && shown.length > 0) shown.push('…')
      isGap = false
      shown.push(`${mark} ${line}`)
    }
  }
  return cut(shown)
}

const cut = (lines: string[]): string[] =>
  lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} lines more`]

/** Every line of a text with the mark before it. */
export const markLines = (mark: '+' | '-', text: string): string[] =>
  cut(text.split('\n').map(line => `${mark} ${line}`))
