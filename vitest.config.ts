import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[]) => ({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: { name, include, testTimeout: 20_000, hookTimeout: 20_000 },
})

export default defineConfig({
  test: {
    pool: 'forks',
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    projects: [
      project('protocol', ['packages/protocol/test/**/*.test.ts']),
      project('server', ['packages/server/test/**/*.test.ts']),
      project('sdk', ['packages/sdk/test/**/*.test.ts']),
      project('cli', ['packages/cli/test/**/*.test.ts']),
      project('conformance', ['conformance/**/*.test.ts']),
      project('scripts', ['scripts/**/*.test.ts']),
    ],
  },
})
