import type { ItemChange } from '@regent/sdk/admin'
import { toCount, toLine } from '../output.ts'
import type { Terminal } from '../terminal.ts'

const marks = { added: '+', changed: '~', removed: '-' } as const
const colours = { added: 'green', changed: 'yellow', removed: 'red' } as const
const lineColours: Readonly<Record<string, 'green' | 'red'>> = { '+': 'green', '-': 'red' }

/** One change a line; with `isWhole` its text below, as a diff. */
export const writeChanges = (
  { write, paint }: Terminal,
  changes: readonly ItemChange[],
  { isWhole }: { readonly isWhole: boolean },
): void => {
  for (const { kind, name, change, lines } of changes) {
    write(`${paint(colours[change], `${marks[change]} ${toLine(kind)} ${toLine(name)}`)}\n`)
    if (!isWhole) continue
    for (const line of lines) {
      const colour = lineColours[line[0] ?? '']
      const text = `    ${line.replace(/[^\P{Cc}\t]/gu, '?')}`
      write(`${colour ? paint(colour, text) : paint('dim', text)}\n`)
    }
  }
}

/** `2 added, 1 changed`. */
export const countChanges = (changes: readonly ItemChange[]): string => {
  const counts = (['added', 'changed', 'removed'] as const).flatMap(change => {
    const count = changes.filter(one => one.change === change).length
    return count === 0 ? [] : [`${count} ${change}`]
  })
  return counts.length === 0 ? toCount(0, 'change') : counts.join(', ')
}
