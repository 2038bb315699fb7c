import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { adminApiPage } from './docs/admin-api.ts'
import { errorsPage } from './docs/errors.ts'
import { settingsPage } from './docs/settings.ts'
import { root } from './run/root.mjs'

/** Pages that are printed from the code's tables. */
const pages: Readonly<Record<string, string>> = {
  'docs/reference/settings.md': settingsPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/admin-api.md': adminApiPage(),
}

const onlyCheck = process.argv.includes('--check')
for (const [path, text] of Object.entries(pages)) {
  const file = join(root, path)
  if (onlyCheck && textOf(file) !== text) {
    console.log(`${path} is not what the tables say: npm run docs writes it`)
    process.exitCode = 1
  }
  if (!onlyCheck) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
