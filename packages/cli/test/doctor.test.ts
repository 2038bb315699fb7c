import { describe, expect, it } from 'vitest'
import { makeFolder, startCli } from './process.ts'
import { run } from './terminal.ts'

const cluster = process.env.REGENT_TEST_MONGODB_URL
const away = 'mongodb://ada:s3cret@127.0.0.1:1/regent?directConnection=true'

describe('regent doctor', () => {
  it('asks for an address', async () => {
    const { code, err } = await run(['doctor'])

    expect(code).toBe(2)
    expect(err).toContain('name the cluster to look at')
  })

  it('says that a cluster cannot be reached, without who logs in', async () => {
    const { code, err } = await run(['doctor', '--store', away])

    expect(code).toBe(1)
    expect(err).toContain('The store at mongodb://127.0.0.1:1/regent cannot be reached')
    expect(err).not.toContain('s3cret')
  })

  it('tells what a cluster offers, and that it can keep the store', async context => {
    if (!cluster) context.skip('there is no MongoDB to test against')
    await using doctor = startCli(['doctor', '--store', cluster as string], { patienceMs: 280_000 })

    expect(await doctor.ended, doctor.said()).toBe(0)
    expect(doctor.said()).toMatch(/\d+ of \d+: store done/)
    expect(doctor.said()).toMatch(/\d+ facts of the contract hold/)
    expect(doctor.said()).toContain('This cluster can keep the store')
  }, 300_000)
})

describe('regent serve --store', () => {
  it('ends with one sentence when the MongoDB is away', async () => {
    await using data = await makeFolder()
    await using server = startCli(['serve', '--port', '0', '--data', data.path, '--store', away])

    expect(await server.ended).toBe(1)
    expect(server.said()).toContain('The store at mongodb://127.0.0.1:1/regent cannot be reached')
    expect(server.said()).not.toMatch(/s3cret|\n {4}at /)
  })

  it('asks for a name that no data source can reach', async () => {
    const { code, err } = await run(['serve', '--store', 'mongodb://h/admin'])

    expect(code).toBe(1)
    expect(err).toContain("must name the server's database as regent or regent_…")
  })
})
