/**
 * What each command runs, from the workspace's folder. Further arguments are appended.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const commands = {
  start: ['packages/cli/src/bin.ts', 'dev', 'examples/quickstart'],
  demo: ['packages/cli/src/bin.ts', 'demo'],
  regent: ['packages/cli/src/bin.ts'],
  test: ['scripts/test.ts'],
  check: ['scripts/check.ts'],
  build: ['scripts/build.ts'],
  'check-packages': ['scripts/check-packages.ts'],
  docs: ['scripts/write-docs.ts'],
  bench: ['bench/run.ts'],
}
