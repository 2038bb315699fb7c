import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { root } from '../run/root.mjs'

/** The built packages, used as strangers would. Apart from `npm test`, because they are built first. */
export default defineConfig({
  test: {
    root,
    include: [join(root, 'scripts/packages/*.check.ts')],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
