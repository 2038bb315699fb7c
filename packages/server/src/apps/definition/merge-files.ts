import type { AppFiles } from './definition.ts'

type Sides = { readonly base: AppFiles; readonly ours: AppFiles; readonly theirs: AppFiles }

const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && Buffer.compare(one, other) === 0)

/** Puts what `ours` changed of `base` on top of `theirs`; a file that both changed otherwise is a conflict. */
export const mergeFiles = ({
  base,
  ours,
  theirs,
}: Sides): { readonly files: AppFiles; readonly conflicts: readonly string[] } => {
  const files = new Map(theirs)
  const conflicts: string[] = []
  for (const path of new Set([...base.keys(), ...ours.keys()])) {
    const [before, own, now] = [base.get(path), ours.get(path), theirs.get(path)]
    if (isSame(before, own) || isSame(own, now)) continue
    if (!isSame(before, now)) conflicts.push(path)
    else if (own === undefined) files.delete(path)
    else files.set(path, own)
  }
  return { files, conflicts: conflicts.sort() }
}
