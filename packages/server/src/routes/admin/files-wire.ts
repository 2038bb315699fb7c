import type { FilesWire } from '@regent/protocol'
import type { AppFiles } from '../../apps/definition/definition.ts'
import { AppError } from '../../errors.ts'

const isInside = (path: string): boolean =>
  !/\p{Cc}|\\/u.test(path) && path.split('/').every(name => !['', '.', '..'].includes(name))

/** @throws `fieldInvalid` for a path that leads out of the directory, or is none */
export const toFiles = (files: FilesWire): AppFiles =>
  new Map(
    Object.entries(files).map(([path, content]) => {
      if (!isInside(path)) {
        throw new AppError('fieldInvalid', { detail: `'files' has no usable path: '${path}'` })
      }
      return [
        path,
        typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.base64, 'base64'),
      ]
    }),
  )

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const toFile = (bytes: Uint8Array): FilesWire[string] => {
  try {
    return decoder.decode(bytes)
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') }
  }
}

/** Text as text, everything else in Base64. */
export const fromFiles = (files: AppFiles): FilesWire =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, toFile(bytes)]))
