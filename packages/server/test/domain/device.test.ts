import { noDeviceId } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { claimedDeviceId, deviceDetails } from '../../src/domain/device.ts'

describe('a device', () => {
  it('has the id it was given, unless that means none', () => {
    expect(claimedDeviceId({ deviceId: '65a0c0ffee0000000000d001' })).toBe(
      '65a0c0ffee0000000000d001',
    )
    expect(claimedDeviceId({ deviceId: noDeviceId })).toBeUndefined()
    expect(claimedDeviceId({})).toBeUndefined()
  })

  it('is described by what the client said, without the id', () => {
    const said = {
      deviceId: '65a0c0ffee0000000000d001',
      platform: 'node',
      sdkVersion: '2.0.1',
      appId: undefined,
    }
    expect(deviceDetails(said)).toEqual({ platform: 'node', sdkVersion: '2.0.1' })
  })
})
