import { z } from 'zod'
import type { AppRegion } from '../../domain/app.ts'
import type { Environment } from '../../domain/function.ts'
import { check, type Report, text } from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'
import { readEnvironment } from './environments.ts'
import { createExpand } from './expand.ts'
import type { Layout, Reading } from './reading.ts'

/** Names of the root file, newest first. */
export const rootFiles = [
  'root_config.json',
  'realm_config.json',
  'config.json',
  'stitch.json',
] as const

export type RootFile = {
  readonly file: string
  readonly layout: Layout
  readonly clientAppId: string | undefined
  readonly name: string
  readonly allowedRequestOrigins: readonly string[]
  readonly environment: Environment
  /** Absent when the file says nothing of it. */
  readonly region?: AppRegion
  readonly expand: Reading['expand']
  /** The file's object as it stands. */
  readonly content: Readonly<Record<string, unknown>>
}

const isOrigin = (value: string): boolean => {
  const match = /^([a-z][a-z0-9+.-]*):\/\/[^\s/?#@]+$/i.exec(value)
  return match !== null && URL.canParse(value)
}

const origins = z.array(
  text.refine(isOrigin, {
    error: 'must be an origin like https://shop.example or http://localhost:3000, without a path',
  }),
  { error: 'must be a list of origins' },
)

/**
 * The original gives `<name>-` and five letters; what is allowed here is what is safe in a path. Templates of
 * apps have an empty one.
 */
const clientAppId = text.regex(/^(?:[A-Za-z0-9][A-Za-z0-9_-]{0,63})?$/, {
  error: 'must be letters, digits, _ and -, at most 64, as in shop-xkqzp',
})

const nameRule = { error: 'must be 1 to 32 letters, digits, _ or -, a letter or digit first' }

const rootSchema = z.looseObject(
  {
    config_version: z.literal([20180301, 20200603, 20210101], {
      error: 'must be 20210101 (or 20200603 or 20180301 in older exports)',
    }),
    app_id: clientAppId.optional(),
    name: z.string(nameRule).regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, nameRule),
    environment: z
      .enum(['', 'no-environment', 'development', 'testing', 'qa', 'production'], {
        error: 'must be "", "development", "testing", "qa" or "production"',
      })
      .optional(),
    location: text.nullish(),
    provider_region: text.nullish(),
    deployment_model: z
      .enum(['', 'GLOBAL', 'LOCAL'], { error: 'must be "GLOBAL" or "LOCAL"' })
      .nullish(),
    allowed_request_origins: origins.nullish(),
    security: z
      .looseObject(
        { allowed_request_origins: origins.nullish(), allowed_origins: origins.nullish() },
        { error: 'must be an object' },
      )
      .nullish(),
  },
  { error: 'must be an object' },
)

/** Finds and checks the root file; what is wrong is reported and answered as `undefined`. */
export const readRootFile = async (
  files: DirectoryFiles,
  report: Report,
): Promise<RootFile | undefined> => {
  const names = await files.list('.')
  const found = rootFiles.filter(file => names.includes(file))
  const file = found[0]
  if (file === undefined) {
    report({ file: rootFiles[0], message: await describeMissing(files, names) })
    return undefined
  }
  if (found.length > 1) {
    report({ file: found[1] as string, message: `is a second root file beside ${file}; keep one` })
  }

  const value = await files.readJson(file)
  if (value === undefined) return undefined
  const named = (value as { environment?: unknown } | null)?.environment
  const { environment, file: valuesFile } = await readEnvironment(files, named, report)
  const expand = createExpand(environment.values, valuesFile)
  const root = check(rootSchema, expand(value, { file, report }), { file, report })
  return root && { ...toRootFile(file, root), environment, expand }
}

/** Whose directory it is most likely, when its root file has mistakes. */
export const peekRootFile = async (
  files: DirectoryFiles,
): Promise<Pick<RootFile, 'clientAppId' | 'name'>> => {
  for (const file of rootFiles) {
    const { value } = await files.peekJson(file)
    const { app_id, name } = (value ?? {}) as { app_id?: unknown; name?: unknown }
    if (typeof app_id === 'string' && app_id !== '') return { clientAppId: app_id, name: '' }
    if (typeof name === 'string') return { clientAppId: undefined, name }
  }
  return { clientAppId: undefined, name: '' }
}

const toRootFile = (
  file: string,
  root: z.infer<typeof rootSchema>,
): Omit<RootFile, 'environment' | 'expand'> => ({
  file,
  layout: root.config_version === 20210101 ? 'current' : 'legacy',
  clientAppId: root.app_id || undefined,
  name: root.name,
  allowedRequestOrigins:
    root.allowed_request_origins ??
    root.security?.allowed_request_origins ??
    root.security?.allowed_origins ??
    [],
  ...readRegion(root),
  content: root,
})

const readRegion = (root: z.infer<typeof rootSchema>): { readonly region?: AppRegion } => {
  const region: AppRegion = {
    ...(root.location && { location: root.location }),
    ...(root.provider_region && { providerRegion: root.provider_region }),
    ...(root.deployment_model && { deploymentModel: root.deployment_model }),
  }
  return Object.keys(region).length > 0 ? { region } : {}
}

const describeMissing = async (
  files: DirectoryFiles,
  names: readonly string[],
): Promise<string> => {
  const missing = `is missing (${rootFiles.slice(1).join(', ')} would do too); an exported app has it at its root`
  for (const name of names.slice(0, 50)) {
    const inner = await files.list(name)
    if (inner.some(file => rootFiles.includes(file as never))) {
      return `${missing}. The folder ${name}/ has one: is that the app?`
    }
  }
  return missing
}
