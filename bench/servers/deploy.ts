import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'

/** How to reach the Admin API of a server without apps. */
export type DeployServer = {
  readonly url: string
  readonly operatorKey: string
  readonly projectId: string
}

const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const server = await startTestServer({
  dataDir: folder,
  app: [],
  settings: { logLevel: 'error' },
})
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const { url, operatorKey, projectId } = server
process.send?.({ url, operatorKey, projectId } satisfies DeployServer)
