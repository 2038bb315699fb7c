import { defineConfig } from 'vitest/config'

type Project = { name: string; include: string[] }

const projects: Project[] = [
  { name: 'protocol', include: ['packages/protocol/test/**/*.test.ts'] },
  { name: 'server', include: ['packages/server/test/**/*.test.ts'] },
  { name: 'sdk', include: ['packages/sdk/test/**/*.test.ts'] },
  { name: 'dev-openid', include: ['packages/dev-openid/test/**/*.test.ts'] },
  { name: 'cli', include: ['packages/cli/test/**/*.test.ts'] },
  { name: 'conformance', include: ['conformance/**/*.test.ts'] },
  { name: 'scripts', include: ['scripts/**/*.test.ts'] },
]

/** What is made ready before the tests of a project. */
const setups: Record<string, string[]> = {
  server: ['./scripts/test-bundles.ts', './scripts/test-mongodb.ts'],
  sdk: ['./scripts/test-bundles.ts'],
  cli: ['./scripts/test-bundles.ts', './scripts/test-mongodb.ts'],
  conformance: ['./scripts/test-bundles.ts'],
}

const conditions = ['source']

export default defineConfig({
  test: {
    // By default one core is left free; here the tests are all there is to do.
    maxWorkers: '100%',
    projects: projects.map(({ name, include }) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: {
        name,
        include,
        globalSetup: setups[name] ?? [],
        // Processes, not threads: servers under test start threads of their own, and some are killed.
        pool: 'forks',
        // A process runs file after file: what it has loaded and compiled serves the next one too.
        isolate: false,
        execArgv: [
          '--conditions=source',
          '--disable-warning=ExperimentalWarning',
          '--import=./scripts/run/bundled-threads.mjs',
        ],
        testTimeout: 20_000,
        hookTimeout: 20_000,
      },
    })),
  },
})
