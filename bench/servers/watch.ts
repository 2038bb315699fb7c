import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'

/** A server whose data source has a collection that is open to all, and one that shows each document to its owner. */
const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const everything = { read: true, write: true, insert: true, delete: true }
const rulesOf = (collection: string, applyWhen: object) => ({
  database: 'bench',
  collection,
  roles: [{ name: 'only', applyWhen, ...everything }],
  filters: [],
})

const server = await startTestServer({
  app: {
    dataSources: [
      {
        name: 'mongodb-atlas',
        rules: [rulesOf('open', {}), rulesOf('owned', { owner: '%%user.id' })],
      },
    ],
  },
  dataDir: folder,
  settings: { logLevel: 'error' },
})

process.on('disconnect', () => {
  void server.stop().then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
process.send?.({ port: Number(new URL(server.url).port), clientAppId: server.app.clientAppId })
