import { rm, stat, writeFile } from 'node:fs/promises'

/** An empty report that only its owner reads: e-mail addresses are in it. */
export const startReport = (path: string): Promise<void> => writeFile(path, '', { mode: 0o600 })

/** Removes a report in which nothing stands. */
export const dropEmptyReport = async (path: string): Promise<void> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.size === 0) await rm(path, { force: true })
}
