import { ownFolder } from '../../../src/documents/ownership.ts'

/** Owns a folder until it is killed. */
await ownFolder(process.argv[2] ?? '')
process.stdout.write('owned\n')
setInterval(() => undefined, 1_000)
