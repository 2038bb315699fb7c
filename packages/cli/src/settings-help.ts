import { settings } from '@regent/server'

/** The table of settings, as it stands in the server. */
export const describeSettings = (): string => {
  const rows = Object.values(settings)
  const width = Math.max(...rows.map(({ env }) => env.length))
  const secret = `  ${'REGENT_SECRET_<NAME>'.padEnd(width)}  value of a secret that apps name, as --secrets gives it`
  const dataSource = `  ${'REGENT_DATA_SOURCE_<NAME>'.padEnd(width)}  MongoDB address of a data source, or own, as --data-source gives it`
  const lines = rows.map(({ env, schema, about }) => {
    const standard: unknown = schema.safeParse(undefined).data
    const otherwise = standard === undefined ? '' : ` (default ${standard})`
    return `  ${env.padEnd(width)}  ${about}${otherwise}`
  })
  return `\nSettings, as environment variables:\n${[...lines, secret, dataSource].join('\n')}\n`
}
