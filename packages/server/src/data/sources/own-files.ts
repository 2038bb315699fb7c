import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Documents } from '../../documents/documents.ts'
import { openEmbedded } from '../../documents/embedded/index.ts'

/** Opens the file of one data source. */
export type OpenFile = (path: string) => Promise<Documents>

const openWithChanges: OpenFile = path => openEmbedded({ path, changeLog: true })

/** Neither says more than one step of a path. */
const checkStep = (name: string): string => {
  if (!/^[\w-]{1,128}$/.test(name))
    throw new TypeError(`no name of a file: ${JSON.stringify(name)}`)
  return name
}

/** The files of data sources that are in the data folder, each opened when it is needed first. */
export type OwnFiles = {
  open(clientAppId: string, source: string): Promise<Documents>
  close(): Promise<void>
}

export const openOwnFiles = (folder: string, openFile: OpenFile = openWithChanges): OwnFiles => {
  const files = new Map<string, Promise<Documents>>()

  const open = async (clientAppId: string, source: string): Promise<Documents> => {
    const place = join(folder, 'apps', checkStep(clientAppId))
    await mkdir(place, { recursive: true, mode: 0o700 })
    return openFile(join(place, `${checkStep(source)}.db`))
  }

  return {
    open: (clientAppId, source) => {
      const key = `${clientAppId}/${source}`
      const known = files.get(key)
      if (known !== undefined) return known
      const opening = open(clientAppId, source)
      files.set(key, opening)
      opening.catch(() => files.delete(key))
      return opening
    },
    close: async () => {
      const opened = await Promise.allSettled(files.values())
      files.clear()
      await Promise.all(
        opened.map(one => (one.status === 'fulfilled' ? one.value.close() : undefined)),
      )
    },
  }
}
