import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import { openInstalls, packagesFolder } from '../../src/functions/packages/install.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'

/** An app whose functions use a package that lies beside the data folder. */
const makeApp = async (root: string, template: App): Promise<App> => {
  const greeting = join(root, 'greeting')
  await mkdir(greeting)
  const manifest = { name: 'greeting', version: '1.0.0', main: 'index.js' }
  await writeFile(join(greeting, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(greeting, 'index.js'), 'module.exports = 1')
  const packageJson = { name: 'functions', dependencies: { greeting: `file:${greeting}` } }
  return { ...template, functionPackages: { packageJson: JSON.stringify(packageJson) } }
}

describe('packages that several workers install at the same time', () => {
  it('are there once, and the halves of those who are at it stay', {
    timeout: 120_000,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await startTestServer()
    const app = await makeApp(folder.path, server.app)
    const installed = packagesFolder(folder.path, app)
    await mkdir(dirname(installed), { recursive: true })
    const [others, crashed] = [`${installed}.half-${process.ppid}-a`, `${installed}.half-4194399-b`]
    await mkdir(others)
    await mkdir(crashed)

    await Promise.all([1, 2].map(() => openInstalls(folder.path).ensure(app)))

    expect((await readdir(dirname(installed))).toSorted()).toEqual(
      [installed, others].map(path => basename(path)).toSorted(),
    )
    expect(existsSync(join(installed, 'node_modules', 'greeting'))).toBe(true)
  })
})
