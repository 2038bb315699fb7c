import os from 'node:os'
import { noDevice } from './storage/stored-user.ts'
import { sdkVersion } from './version.ts'

/**
 * What a login says about the machine, in `options.device`.
 *
 * @param deviceId what the server called this device before, if it did
 * @see client-protocol of the Realm SDK; realm-core `app.cpp` (`attach_auth_options`)
 */
export const describeDevice = (appId: string, deviceId: string | undefined): object => ({
  appId,
  platform: os.type(),
  platformVersion: os.release(),
  sdk: 'Regent JS',
  sdkVersion,
  cpuArch: os.arch(),
  deviceName: 'unknown',
  deviceVersion: 'unknown',
  frameworkName: process.versions.electron === undefined ? 'Node.js' : 'Electron',
  frameworkVersion: process.versions.electron ?? process.version,
  bundleId: 'unknown',
  ...(deviceId === undefined || deviceId === noDevice ? {} : { deviceId: { $oid: deviceId } }),
})
