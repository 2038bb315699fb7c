import { isDeepStrictEqual } from 'node:util'
import type { ItemId } from '../../domain/app.ts'
import type { AppFiles, Definition, ItemKind } from './definition.ts'
import { openItemIds } from './item-ids.ts'
import { listItems } from './item-names.ts'
import { parseKeepingNumbers, writeJsonText } from './json-numbers.ts'

/** A definition with what came of it. */
export type OpenDefinition = Definition & {
  files(): AppFiles
  itemIds(): readonly ItemId[]
  /** True when a file differs from the one that was given. */
  hasChanged(): boolean
  /** True when something was renamed, or took an old name. */
  hasNewIds(): boolean
}

type Given = {
  readonly appId: string
  readonly clientAppId: string
  readonly files: AppFiles
  readonly itemIds?: readonly ItemId[] | undefined
}

const decoder = new TextDecoder()

const parse = (text: string): unknown => {
  try {
    return parseKeepingNumbers(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export const openDefinition = ({
  appId,
  clientAppId,
  files,
  itemIds = [],
}: Given): OpenDefinition => {
  const now = new Map(files)
  const ids = openItemIds(appId, itemIds)

  const readText = (path: string): string | undefined => {
    const bytes = now.get(path)
    return bytes && decoder.decode(bytes)
  }
  const writeText = (path: string, text: string | undefined): void => {
    if (text === undefined) now.delete(path)
    else now.set(path, Buffer.from(text))
  }
  const paths = (folder?: string): string[] => {
    const all = [...now.keys()].sort()
    return folder === undefined ? all : all.filter(path => path.startsWith(`${folder}/`))
  }
  const readJson = (path: string): unknown => {
    const text = readText(path)
    return text === undefined ? undefined : parse(text)
  }
  const isSame = (path: string): boolean => {
    const [before, after] = [files.get(path), now.get(path)]
    return before === after || (before && after && Buffer.compare(before, after) === 0) === true
  }

  return {
    clientAppId,
    paths,
    readText,
    writeText,
    readJson,
    writeJson: (path, value) =>
      writeText(path, value === undefined ? undefined : writeJsonText(value)),
    idOf: ids.idOf,
    nameOf: (kind: ItemKind, id: string) => {
      const names = listItems({ paths, readJson }, kind).map(({ name }) => name)
      return names.find(name => ids.idOf(kind, name) === id)
    },
    rename: ids.rename,
    files: () => now,
    itemIds: ids.noted,
    hasChanged: () => now.size !== files.size || ![...now.keys()].every(isSame),
    hasNewIds: () => !isDeepStrictEqual(ids.noted(), itemIds),
  }
}
