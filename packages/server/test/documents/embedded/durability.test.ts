import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'
import { makeFolder } from './open-temp.ts'
import { runChild } from './run-child.ts'

const killAfter = [1, 40, 173, 400, 811]

describe('a killed process', () => {
  it('loses no write that was acknowledged, and keeps indexes and log whole', async () => {
    await using folder = await makeFolder()
    const path = `${folder.path}/test.db`
    const acknowledged: string[] = []

    for (const [round, lines] of killAfter.entries()) {
      const child = runChild('./insert-child.ts', [path, String(round)])
      for (let count = 0; count < lines; count += 1) {
        acknowledged.push((await child.nextLine()) as string)
      }
      child.process.kill('SIGKILL')
      for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
        acknowledged.push(line)
      }
    }

    const documents = await openEmbedded({ path, changeLog: true })
    const collection = documents.database('app').collection('things')
    const all = await collection.find({})
    const ids = new Set(all.map(({ _id }) => _id))
    expect(acknowledged.filter(id => !ids.has(id))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(1_400)
    const byKey = await collection.find({ key: { $gte: '' } }, { hint: 'key_1' })
    expect(byKey).toHaveLength(all.length)
    for (const { key } of all.slice(-50)) {
      expect(await collection.findOne({ key })).toMatchObject({ _id: key })
    }
    await documents.close()
  }, 60_000)
})
