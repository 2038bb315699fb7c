import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What other commands on this machine need to find the running server. */
export type ServerFile = {
  /** Where it answers, for programs on this machine. */
  readonly url: string
  readonly publicUrl: string
  readonly projectId: string
  readonly clientAppIds: readonly string[]
  readonly pid: number
}

const serverFileName = 'server.json'

/** Replaces the file in one step, so that nobody reads half of it, whichever process of the server writes it. */
export const writeServerFile = async (folder: string, content: ServerFile): Promise<void> => {
  const path = join(folder, serverFileName)
  const next = `${path}.${process.pid}`
  await writeFile(next, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 })
  await rename(next, path)
}

export const removeServerFile = (folder: string): Promise<void> =>
  rm(join(folder, serverFileName), { force: true })

/** `undefined` when no server runs on the folder, as far as the file says. */
export const readServerFile = async (folder: string): Promise<ServerFile | undefined> => {
  try {
    return JSON.parse(await readFile(join(folder, serverFileName), 'utf8')) as ServerFile
  } catch {
    return undefined
  }
}
