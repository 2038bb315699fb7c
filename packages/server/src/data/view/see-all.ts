import type { Document } from 'bson'
import type { Judge } from '../rules/judge.ts'
import { tooSlow } from './refusals.ts'
import type { Candidate } from './view.ts'

const sliceMs = 1
const askedTogether = 16

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Runs through a list in slices, leaving room for other work in between. @throws `readSizeLimit` after `maxTimeMs` */
export const inSlices = async <Item>(
  items: readonly Item[],
  maxTimeMs: number,
  visit: (item: Item) => void,
): Promise<void> => {
  const startedAt = performance.now()
  let sliceAt = startedAt
  for (const item of items) {
    visit(item)
    const now = performance.now()
    if (now - sliceAt < sliceMs) continue
    if (now - startedAt > maxTimeMs) throw tooSlow(maxTimeMs)
    await breathe()
    sliceAt = performance.now()
  }
}

/** Where functions of the app have to be asked, some documents at a time. */
const askEach = async (
  judge: Judge,
  documents: readonly Document[],
  maxTimeMs: number,
): Promise<Candidate[]> => {
  const startedAt = performance.now()
  const seen: Candidate[] = []
  for (let at = 0; at < documents.length; at += askedTogether) {
    const group = documents.slice(at, at + askedTogether)
    const visibles = await Promise.all(group.map(document => judge.see(document)))
    for (const [index, visible] of visibles.entries()) {
      if (visible !== undefined) seen.push({ document: group[index] as Document, visible })
    }
    if (performance.now() - startedAt > maxTimeMs) throw tooSlow(maxTimeMs)
  }
  return seen
}

/** Those of the documents that the user sees, in their order. @throws `readSizeLimit` when that takes too long */
export const seeAll = async (
  judge: Judge,
  documents: readonly Document[],
  maxTimeMs: number,
): Promise<Candidate[]> => {
  const { seeAtOnce } = judge
  if (seeAtOnce === undefined) return askEach(judge, documents, maxTimeMs)
  const seen: Candidate[] = []
  await inSlices(documents, maxTimeMs, document => {
    const visible = seeAtOnce(document)
    if (visible !== undefined) seen.push({ document, visible })
  })
  return seen
}
