import { createInterface } from 'node:readline'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'

/** Writes until its files may not grow, and goes on when they may. */
process.on('SIGXFSZ', () => undefined)
const documents = await openEmbedded({ path: process.argv[2] ?? '', expireEveryMs: 0 })
const things = documents.database('app').collection('things')
const acknowledged: number[] = []

for (let n = 0; ; n += 1) {
  try {
    await things.insertOne({ _id: n, filling: 'x'.repeat(3_000) })
    acknowledged.push(n)
  } catch (error) {
    process.stdout.write(`refused ${(error as { codeName: string }).codeName}\n`)
    break
  }
}
await new Promise(resolve => createInterface({ input: process.stdin }).once('line', resolve))
await things.insertOne({ _id: 'after' })
const found = await Promise.all(acknowledged.map(_id => things.findOne({ _id })))
const lost = found.filter(document => document === undefined).length
process.stdout.write(`written again, ${lost === 0 ? 'none' : lost} lost\n`)
await documents.close()
process.exit(0)
