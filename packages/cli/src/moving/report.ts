import { writeFile } from 'node:fs/promises'

/** An empty report that only its owner reads: e-mail addresses are in it. */
export const startReport = (path: string): Promise<void> => writeFile(path, '', { mode: 0o600 })
