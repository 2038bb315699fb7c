import { z } from 'zod'
import {
  type AllowedAddress,
  defaultAnonymousDays,
  defaultRefreshTokenSeconds,
  type Migration,
} from '../../domain/app.ts'
import type { SourceLinks } from '../data-sources/link-sources.ts'
import { accessList } from './access-list.ts'
import {
  anObject,
  checkRest,
  complain,
  fields,
  flag,
  inside,
  plainName,
  type Report,
} from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'
import { migrationSettings, readMigration } from './migration.ts'
import { suggest } from './nearest.ts'
import type { Needs } from './reading.ts'

/** Name of the file with settings that an exported app has no place for. */
const settingsFile = 'regent.json'

const refreshSeconds = {
  error: 'must be a whole number of seconds from 1800 (30 minutes) to 157680000 (5 years)',
}
const days = { error: 'must be a whole number of days from 0 (never) to 36500' }
const graceDays = { error: 'must be a whole number of days from 0 (at once) to 365' }
const link = '{ "uriSecret": "<name of a secret>" }'
const linkRule: { error: z.core.$ZodErrorMap } = {
  error: ({ code }) =>
    code === 'unrecognized_keys' ? `is no setting of a link, which is ${link}` : `must be ${link}`,
}

const schema = z.object(
  {
    $schema: z.string({ error: 'must be text' }).optional(),
    refreshTokenSeconds: z
      .int(refreshSeconds)
      .min(1_800, refreshSeconds)
      .max(157_680_000, refreshSeconds)
      .default(defaultRefreshTokenSeconds),
    endSessionsOnPasswordChange: flag.default(true),
    anonymousDays: z.int(days).min(0, days).max(36_500, days).default(defaultAnonymousDays),
    deletionGraceDays: z.int(graceDays).min(0, graceDays).max(365, graceDays).default(0),
    accessList: accessList.optional(),
    migration: migrationSettings.optional(),
    dataSources: z
      .record(z.string(), z.strictObject({ uriSecret: plainName }, linkRule), anObject)
      .default({}),
  },
  anObject,
)
const known = Object.keys(schema.shape).filter(name => name !== '$schema')

export type RegentSettings = {
  /** Addresses that clients may call from; absent: all. */
  readonly accessList?: readonly AllowedAddress[]
  /** Life of a refresh token in seconds; default 60 days. */
  readonly refreshTokenSeconds: number
  /** Days after which an unused anonymous user is deleted; 0 means never, default 90. */
  readonly anonymousDays: number
  /** Days in which a user who asked to be deleted may come back by logging in; default 0. */
  readonly deletionGraceDays: number
  /** True, the default, when a new password ends the user's other sessions. */
  readonly endSessionsOnPasswordChange: boolean
  /** Where people come from as they log in; absent: nowhere. */
  readonly migration?: Migration
  readonly links: SourceLinks
}

/** Reads `regent.json`; without one, the defaults. */
export const readRegentSettings = async (
  files: DirectoryFiles,
  report: Report,
  needs: Needs,
): Promise<RegentSettings> => {
  const value = await files.readJson(settingsFile)
  const place = { file: settingsFile, report }
  for (const name of Object.keys(fields.safeParse(value).data ?? {})) {
    if (name === '$schema' || known.includes(name)) continue
    complain(inside(place, name), `is no setting: ${suggest(name, known)}`)
  }
  const {
    dataSources,
    accessList: addresses,
    migration,
    ...settings
  } = checkRest(schema, value ?? {}, place) ?? schema.parse({})
  const secrets = Object.entries(dataSources).map(([name, { uriSecret }]) => [name, uriSecret])
  return {
    ...settings,
    ...(addresses && { accessList: addresses }),
    ...(migration && { migration: readMigration(migration, inside(place, 'migration'), needs) }),
    links: { place: inside(place, 'dataSources'), secrets: Object.fromEntries(secrets) },
  }
}
