import { describe, expect, it } from 'vitest'
import { openConnection } from '../../../src/documents/mongodb/connection.ts'
import { driverCollection } from '../../../src/documents/mongodb/place.ts'

const address = 'mongodb://127.0.0.1:1/?directConnection=true&readPreference=secondary'

describe('the read preference of a collection', () => {
  it('is the primary whatever the address says, unless a data source asks for another', async () => {
    const connection = await openConnection(address)
    const place = { connection, database: 'shop', collection: 'orders', promoteValues: false }
    const modeOf = (readPreference?: 'nearest') =>
      driverCollection(connection.client, { ...place, readPreference }).readPreference?.mode

    expect(modeOf()).toBe('primary')
    expect(modeOf('nearest')).toBe('nearest')
    await connection.close()
  })
})
