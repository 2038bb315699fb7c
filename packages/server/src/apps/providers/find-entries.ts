import { check, fields, type Place } from '../read/check.ts'
import type { Reading } from '../read/reading.ts'

const currentFile = 'auth/providers.json'
const legacyFolder = 'auth_providers'

/** One entry as it stands, with the name that it goes by. */
export type FoundEntry = { readonly value: unknown; readonly key: string; readonly place: Place }

/** Finds the entries of the directory's layout; files of the other layout are noted for the warning. */
export const findEntries = async (reading: Reading): Promise<FoundEntry[]> => {
  const { files, layout, notes } = reading
  if (layout === 'legacy') {
    if ((await files.peekJson(currentFile)).found) notes.ignored.push(currentFile)
    return findFiles(reading)
  }
  if ((await files.list(legacyFolder)).length > 0) notes.ignored.push(`${legacyFolder}/`)
  return findInOneFile(reading)
}

const findInOneFile = async ({ files, report }: Reading): Promise<FoundEntry[]> => {
  const value = await files.readJson(currentFile)
  if (value === undefined) return []
  const entries = check(fields, value, { file: currentFile, report }) ?? {}
  return Object.entries(entries).map(([key, entry]) => ({
    value: entry,
    key,
    place: { file: currentFile, field: key, report },
  }))
}

const findFiles = async ({ files, report }: Reading): Promise<FoundEntry[]> => {
  const names = (await files.list(legacyFolder)).filter(name => name.endsWith('.json'))
  const entries: FoundEntry[] = []
  for (const name of names) {
    const file = `${legacyFolder}/${name}`
    const value = await files.readJson(file)
    if (value !== undefined) {
      entries.push({ value, key: name.slice(0, -5), place: { file, report } })
    }
  }
  return entries
}
