import type { AppFiles } from '../definition/definition.ts'
import { diffLines, markLines } from './diff-lines.ts'
import { type Part, toParts } from './parts.ts'

/** What would become of one part of an app. */
export type ItemChange = {
  /** In words: `function`, `auth provider`, `rules` … */
  readonly kind: string
  readonly name: string
  readonly change: 'added' | 'changed' | 'removed'
  /** Lines with `+ `, `- ` or two blanks before them, and `…` for what is left out. */
  readonly lines: readonly string[]
}

const keyOf = ({ kind, name }: Part): string => `${kind}\0${name}`

const byKey = (parts: readonly Part[]): ReadonlyMap<string, Part> =>
  new Map(parts.map(part => [keyOf(part), part]))

const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one !== undefined && other !== undefined && Buffer.compare(one, other) === 0

/** What is different in the files, part by part; `[]` only when every byte is the same. */
export const diffFiles = (before: AppFiles, after: AppFiles): ItemChange[] => {
  const [old, now] = [byKey(toParts(before)), byKey(toParts(after))]
  const changes: ItemChange[] = []
  const told = new Set<string>()
  const tell = (part: Part, change: ItemChange['change'], lines: string[]): void => {
    changes.push({ kind: part.kind, name: part.name, change, lines })
    for (const path of part.paths) told.add(path)
  }
  for (const [key, part] of now) {
    const was = old.get(key)
    if (!was) tell(part, 'added', markLines('+', part.text))
    else if (was.text !== part.text) tell(part, 'changed', diffLines(was.text, part.text))
  }
  for (const [key, part] of old) {
    if (!now.has(key)) tell(part, 'removed', markLines('-', part.text))
  }
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    if (told.has(path) || isSame(before.get(path), after.get(path))) continue
    const lines = ['  it says the same, written in another way']
    changes.push({ kind: 'file', name: path, change: 'changed', lines })
  }
  return changes
}

const marks = { added: '+', changed: '~', removed: '-' } as const

/** One change as text: what it is about, and its lines below. */
export const describeChange = ({ kind, name, change, lines }: ItemChange): string =>
  [`${marks[change]} ${kind} ${name}`, ...lines.map(line => `    ${line}`)].join('\n')
