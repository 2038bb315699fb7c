import { z } from 'zod'

const hexId = /^[0-9a-f]{24}$/i

/** Longer descriptions are cut: what a device says about itself is never a reason to refuse a login. */
const description = z
  .string()
  .transform(text => text.slice(0, 256))
  .optional()

/** 24 hex characters, plain or as extended JSON; realm-web sends the latter. */
const deviceId = z
  .union([
    z.string().regex(hexId),
    z.object({ $oid: z.string().regex(hexId) }).transform(wrapper => wrapper.$oid),
  ])
  .transform(id => id.toLowerCase())

/**
 * What a client says about the device it runs on, in `options.device`. realm-core never sends `deviceId`.
 *
 * @see realm-core `app.cpp` (`attach_auth_options`); realm-web `DeviceInformation.ts`
 */
export const deviceWire = z.object({
  deviceId: deviceId.optional(),
  appId: description,
  appVersion: description,
  platform: description,
  platformVersion: description,
  sdk: description,
  sdkVersion: description,
  cpuArch: description,
  deviceName: description,
  deviceVersion: description,
  frameworkName: description,
  frameworkVersion: description,
  coreVersion: description,
  bundleId: description,
})

export type DeviceWire = z.infer<typeof deviceWire>

/** The part of a login body that is not the provider's payload. */
export const loginOptions = z.object({
  options: z.object({ device: deviceWire.optional() }).optional(),
})

/** Payload of `local-userpass`. */
export const emailPasswordPayload = z.object({ username: z.string(), password: z.string() })

/** Payload of `custom-token`. */
export const customTokenPayload = z.object({ token: z.string() })

/** Answer of a login and of a link; all fields are required by one client or another. */
export type LoginWire = {
  readonly access_token: string
  readonly refresh_token: string
  readonly user_id: string
  readonly device_id: string
}

/** Answer of a refresh. Clients read nothing else; refresh tokens are not rotated. */
export type RefreshWire = { readonly access_token: string }
