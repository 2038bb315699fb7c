import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { Device } from '../domain/device.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

export type DeviceStore = {
  findById(id: string): Promise<Device | undefined>
  /** Those of the ids that are known, in no order. */
  listByIds(ids: readonly string[]): Promise<Device[]>
  /** Devices that the user was the last to log in from, oldest first. */
  listByUser(userId: string, limit: number): Promise<Device[]>
  /** Adds the device, or replaces what is known of it. */
  put(device: Device): Promise<void>
  removeByUser(userId: string): Promise<void>
}

const toDevice = ({ _id, appId, userId, createdAt, details }: Document): Device => ({
  id: fromObjectId(_id),
  appId: fromObjectId(appId),
  userId: fromObjectId(userId),
  details,
  createdAt: fromDate(createdAt),
})

export const openDeviceStore = async (database: Database): Promise<DeviceStore> => {
  const devices = database.collection('devices')
  await devices.createIndex({ userId: 1 })

  return {
    findById: async id => {
      const found = await devices.findOne({ _id: toObjectId(id) })
      return found && toDevice(found)
    },
    listByIds: async ids => {
      const found = await devices.find({ _id: { $in: ids.map(toObjectId) } }, { hint: '_id_' })
      return found.map(toDevice)
    },
    listByUser: async (userId, limit) => {
      const found = await devices.find(
        { userId: toObjectId(userId) },
        { sort: { userId: 1 }, limit, hint: 'userId_1' },
      )
      return found.map(toDevice).sort((a, b) => a.createdAt - b.createdAt)
    },
    put: async ({ id, appId, userId, details, createdAt }) => {
      await devices.replaceOne(
        { _id: toObjectId(id) },
        {
          _id: toObjectId(id),
          appId: toObjectId(appId),
          userId: toObjectId(userId),
          details,
          createdAt: toDate(createdAt),
        },
        { upsert: true },
      )
    },
    removeByUser: async userId => {
      await devices.deleteMany({ userId: toObjectId(userId) })
    },
  }
}
