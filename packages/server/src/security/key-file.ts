import { randomBytes } from 'node:crypto'
import { chmod, open, readFile } from 'node:fs/promises'

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Writes the file only if there is none; it is whole on disk when this resolves. */
const writeNew = async (path: string, text: string): Promise<boolean> => {
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    return true
  } catch (error) {
    if (isThere(error)) return false
    throw error
  }
}

/**
 * Reads a key from a file, after making it at the first call: `bytes` random bytes in base64url on one line,
 * readable by its owner only.
 *
 * @throws Error when the file holds something else.
 */
export const readKeyFile = async (path: string, bytes = 32): Promise<Buffer> => {
  await writeNew(path, `${randomBytes(bytes).toString('base64url')}\n`)
  await chmod(path, 0o600)
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
  if (key.length !== bytes) throw new Error(`${path} does not hold a key of ${bytes} bytes`)
  return key
}
