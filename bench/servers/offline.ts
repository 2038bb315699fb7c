import { App } from '@regent/sdk'

/** A program that starts without a network, on the folder of the first argument: how long until its users are there. */
const began = performance.now()
const app = new App({
  id: process.argv[3] ?? '',
  baseUrl: 'http://127.0.0.1:1',
  baseFilePath: process.argv[2] ?? '',
})
const users = Object.keys(app.allUsers).length
const current = app.currentUser?.id
process.send?.({ users, current, tookMs: performance.now() - began })
process.on('disconnect', () => process.exit())
