import { readObject, readString, wrongType } from './arguments.ts'
import { readBaseUrl } from './base-url.ts'
import type { Fetch } from './http/exchange.ts'

/** Where users are kept between runs. */
export const MetadataMode = {
  /** In files that only their owner can read. */
  NoEncryption: 'noEncryption',
  /** In encrypted files. */
  Encryption: 'encryption',
  /** The old name of `InMemory`. */
  NoMetadata: 'noMetadata',
  /** Nowhere. */
  InMemory: 'inMemory',
} as const

export type MetadataMode = (typeof MetadataMode)[keyof typeof MetadataMode]

export type Metadata = {
  readonly mode: MetadataMode
  /** 64 bytes, for `Encryption`. */
  readonly encryptionKey?: ArrayBuffer | ArrayBufferView
}

/** Name and version of the program. */
export type LocalAppConfiguration = { readonly name?: string; readonly version?: string }

/** @see realm-js `AppConfiguration`; `onStorageError` is ours */
export type AppConfiguration = {
  /** The client app id, such as `quickstart-aaaaa`. */
  readonly id: string
  /** Address of the server. Default `http://localhost:9090`. */
  readonly baseUrl?: string
  /** Milliseconds that one request may take. Default 60,000. */
  readonly timeout?: number
  /** Folder below which users are kept, in `regent/<id>`. Default: the working directory. */
  readonly baseFilePath?: string
  readonly metadata?: Metadata
  /** Used in place of the global `fetch`. */
  readonly fetch?: Fetch
  /** Accepted for the sake of old programs; there is nothing to multiplex. */
  readonly multiplexSessions?: boolean
  /** Accepted for the sake of old programs, and not used. */
  readonly app?: LocalAppConfiguration
  /**
   * Told when users could not be written or read, on a full disk for example, or when a file is damaged. The
   * program goes on with what it has in memory.
   */
  readonly onStorageError?: (error: unknown) => void
}

/** A checked configuration with its defaults. */
export type Settings = {
  readonly id: string
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly fetch: Fetch
  /** `undefined` keeps users in memory only. */
  readonly files: { readonly basePath: string; readonly key: Uint8Array | undefined } | undefined
  readonly onStorageError: (error: unknown) => void
}

const keyBytes = 64

const readOptional = <T>(value: unknown, name: string, type: string, fallback: T): T => {
  if (value === undefined) return fallback
  if (typeof value === type) return value as T
  throw wrongType(name, `a ${type}`, value)
}

const readKey = (value: unknown): Uint8Array => {
  if (!value) throw new TypeError('encryptionKey is required')
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : undefined
  if (!bytes) throw wrongType('encryptionKey', 'an ArrayBuffer', value)
  if (bytes.length !== keyBytes) throw new TypeError(`encryptionKey must have ${keyBytes} bytes`)
  return bytes.slice()
}

const readFiles = (metadata: unknown, basePath: string): Settings['files'] => {
  if (metadata === undefined) return { basePath, key: undefined }
  const { mode, encryptionKey } = readObject(metadata, 'metadata')
  switch (mode) {
    case MetadataMode.NoEncryption:
      return { basePath, key: undefined }
    case MetadataMode.Encryption:
      return { basePath, key: readKey(encryptionKey) }
    case MetadataMode.InMemory:
    case MetadataMode.NoMetadata:
      return undefined
    default:
      throw new TypeError(`Unexpected metadata mode: ${mode}`)
  }
}

/** @throws TypeError in the Realm SDK's words, and RegentError for a base URL that is none */
export const readConfiguration = (idOrConfiguration: unknown): Settings => {
  const config =
    typeof idOrConfiguration === 'string'
      ? { id: idOrConfiguration }
      : readObject(idOrConfiguration, 'config')
  const { baseUrl, timeout, multiplexSessions, baseFilePath, metadata } = config as Partial<
    Record<keyof AppConfiguration, unknown>
  >
  const id = readString(config.id, 'id')
  if (id === '') throw new TypeError("Expected 'id' to be a string that is not empty")
  readOptional(multiplexSessions, 'multiplexSessions', 'boolean', true)
  const basePath = readOptional(baseFilePath, 'baseFilePath', 'string', '') || '.'
  const { fetch, onStorageError } = config as Partial<AppConfiguration>
  return {
    id,
    baseUrl: readBaseUrl(readOptional<string>(baseUrl, 'baseUrl', 'string', '')),
    timeoutMs: readOptional(timeout, 'timeout', 'number', 60_000) || 60_000,
    fetch: readOptional<Fetch>(fetch, 'fetch', 'function', (url, init) =>
      globalThis.fetch(url, init),
    ),
    files: readFiles(metadata, basePath),
    onStorageError: readOptional(onStorageError, 'onStorageError', 'function', () => undefined),
  }
}
