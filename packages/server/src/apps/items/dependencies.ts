import type { DependenciesDiffWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { isFields } from '../fields.ts'
import { readFields } from './named-files.ts'

const manifestFile = 'functions/package.json'
const lockFile = 'functions/package-lock.json'

type Dependency = { readonly name: string; readonly version: string }

const toList = (manifest: unknown): Dependency[] => {
  const given = isFields(manifest) && isFields(manifest.dependencies) ? manifest.dependencies : {}
  return Object.entries(given).map(([name, version]) => ({ name, version: String(version) }))
}

export const listDependencies = (definition: Definition): Dependency[] =>
  toList(readFields(definition, manifestFile))

/** The text of `package.json`, as it was deployed. */
export const readManifestText = (definition: Definition): string =>
  definition.readText(manifestFile) ?? '{}\n'

/** @throws `fieldInvalid` for what is no `package.json` */
const parseManifest = (text: string): unknown => {
  try {
    const manifest: unknown = JSON.parse(text)
    if (isFields(manifest)) return manifest
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new AppError('fieldInvalid', {
    detail: "'file' must be a package.json; packages themselves are installed by the server",
  })
}

/**
 * Puts another `package.json` in the place of the one there is; the lockfile of the other one goes.
 *
 * @throws `fieldInvalid`
 */
export const replaceDependencies = (definition: Definition, text: string): void => {
  parseManifest(text)
  if (definition.readText(manifestFile) === text) return
  definition.writeText(manifestFile, text)
  definition.writeText(lockFile, undefined)
}

/** @throws `fieldInvalid` */
export const diffDependencies = (definition: Definition, text: string): DependenciesDiffWire => {
  const [before, after] = [listDependencies(definition), toList(parseManifest(text))]
  const find = (list: readonly Dependency[], name: string): Dependency | undefined =>
    list.find(one => one.name === name)
  return {
    added: after.filter(({ name }) => !find(before, name)),
    deleted: before.filter(({ name }) => !find(after, name)),
    modified: after.flatMap(({ name, version }) => {
      const previous = find(before, name)?.version
      const isModified = previous !== undefined && previous !== version
      return isModified ? [{ name, version, previous_version: previous }] : []
    }),
  }
}
