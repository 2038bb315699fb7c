import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type WrittenDirectory = AsyncDisposable & {
  readonly path: string
  write(files: Readonly<Record<string, unknown>>): Promise<void>
}

/** Root file and providers of a small app that can be deployed. */
export const shop = {
  'root_config.json': { config_version: 20210101, app_id: 'shop-xkqzp', name: 'shop' },
  'auth/providers.json': {
    'anon-user': { name: 'anon-user', type: 'anon-user', disabled: false },
    'local-userpass': {
      name: 'local-userpass',
      type: 'local-userpass',
      disabled: false,
      config: { autoConfirm: true, runConfirmationFunction: false, runResetFunction: false },
    },
  },
} as const

/** A folder of its own with these files; objects are written as JSON. Gone when disposed. */
export const writeDirectory = async (
  files: Readonly<Record<string, unknown>>,
): Promise<WrittenDirectory> => {
  const path = await mkdtemp(join(tmpdir(), 'regent-app-'))
  const write: WrittenDirectory['write'] = async more => {
    for (const [name, content] of Object.entries(more)) {
      const file = join(path, name)
      await mkdir(dirname(file), { recursive: true })
      const isText = typeof content === 'string' || content instanceof Uint8Array
      await writeFile(file, isText ? content : JSON.stringify(content, undefined, 2))
    }
  }
  await write(files)
  return {
    path,
    write,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
