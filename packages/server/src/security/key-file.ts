import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, link, open, readFile, rm } from 'node:fs/promises'

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Writes the file only if there is none. It is whole on disk when it is there at all, whenever the process ends. */
const writeNew = async (path: string, text: string): Promise<void> => {
  if (existsSync(path)) return
  const whole = `${path}.${randomBytes(8).toString('hex')}`
  try {
    {
      await using file = await open(whole, 'wx', 0o600)
      await file.writeFile(text)
      await file.sync()
    }
    await link(whole, path)
  } catch (error) {
    if (!isThere(error)) throw error
  } finally {
    await rm(whole, { force: true })
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
