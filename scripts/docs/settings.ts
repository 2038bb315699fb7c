import { settings } from '../../packages/server/src/config.ts'
import { cell, code, table } from './table.ts'

/** The page of all settings. */
export function settingsPage(): string {
  const rows = Object.values(settings).map(({ env, schema, about }) => {
    const standard: unknown = schema.safeParse(undefined).data
    return [code(env), standard === undefined ? '' : code(String(standard)), cell(about)]
  })
  return `# Settings

The server reads these variables when it starts. A wrong value is refused with a line that names the variable;
an empty one counts as absent. Beside them, \`REGENT_SECRET_<NAME>\` gives the value of a
[secret](../app-directory.md#secrets), and \`REGENT_DATA_SOURCE_<NAME>\` the MongoDB address of a
[data source](../data.md#linking-it-to-a-mongodb) (the name in capitals, \`_\` for \`-\`), or \`own\`.

${table(['variable', 'default', 'what it is'], rows)}`
}
