import { type DeviceWire, noDeviceId } from '@regent/protocol'

/** What a client says of its device at log-in, checked and cut to size. */
export type DeviceInfo = DeviceWire

/** A device that somebody logged in from. Times are milliseconds since 1970. */
export type Device = {
  /** ObjectId as 24 hex characters. */
  readonly id: string
  readonly appId: string
  /** Who logged in from it last. */
  readonly userId: string
  /** What the client said about it last. */
  readonly details: Readonly<Record<string, string>>
  readonly createdAt: number
}

export const deviceDetails = ({ deviceId: _, ...said }: DeviceInfo): Device['details'] =>
  Object.fromEntries(
    Object.entries(said).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  )

/** The id the client says its device has; `undefined` when it says none. */
export const claimedDeviceId = ({ deviceId }: DeviceInfo): string | undefined =>
  deviceId === noDeviceId ? undefined : deviceId
