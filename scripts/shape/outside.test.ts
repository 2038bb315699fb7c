import { expect, it } from 'vitest'
import { lockfileRule, outsideRule } from './outside.ts'
import { projectOf } from './project.ts'

it('refuses texts that name registries or places outside the clone', () => {
  const project = projectOf([
    ['README.md', 'See https://registry.npmjs.org/x\nand ../shared/design.md'],
    ['src/a.ts', `readFile('/work/main/a')`],
  ])

  expect(outsideRule(project).map(({ path, line }) => `${path}:${line}`)).toEqual([
    'README.md:1',
    'README.md:2',
    'src/a.ts:1',
  ])
})

it('refuses links to files that are not there', () => {
  const project = projectOf([
    [
      'docs/a.md',
      '[b](b.md#x) [readme](../README.md) [folder](../docs/) [web](https://x.org) [c](c.md)',
    ],
    ['docs/b.md', ''],
    ['README.md', '[docs](docs) [here](#here)'],
  ])

  expect(outsideRule(project)).toEqual([
    { path: 'docs/a.md', message: 'links to c.md, which is not there' },
  ])
})

it('refuses a lockfile with addresses, without digests, or for some platforms only', () => {
  const packages = {
    '': {},
    'packages/cli': {},
    'node_modules/@regent/cli': { resolved: 'packages/cli', link: true },
    'node_modules/a': { resolved: 'https://host/a.tgz', integrity: 'sha512-x' },
    'node_modules/b': {},
    'node_modules/c': { integrity: 'sha512-x', optionalDependencies: { a: '1', 'c-mac': '1' } },
  }
  const project = projectOf([['package-lock.json', JSON.stringify({ packages })]])

  expect(lockfileRule(project).map(({ message }) => message)).toEqual([
    'node_modules/a names a registry',
    'node_modules/b has no digest',
    'node_modules/c lacks c-mac: npm ci fails',
  ])
})
