import { type DestinationStream, destination, pino, stdSerializers } from 'pino'

/** Facts of a log line, each under its name. An error goes under `err`. */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes JSON lines. Fields named like secrets are blotted out, tokens in errors too. */
export type Log = {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** Hands over what is still buffered, before the process ends. */
  flush(): void
}

const secretFields = [
  'password',
  'token',
  'tokenId',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'secret',
  'key',
  'apiKey',
  'operatorKey',
  'masterKey',
]

const jwt = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g
const urlSecret = /([?&](?:token|tokenId|baas_at|code)=)[^&\s"]+/g

const withoutTokens = (text: string): string =>
  text.replace(jwt, '[token]').replace(urlSecret, '$1[secret]')

const serializeError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = stdSerializers.err(error)
  return { type, message: withoutTokens(message), stack: withoutTokens(stack ?? '') }
}

export type LogOptions = {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where lines go. Default standard output, buffered by a few kilobytes. */
  readonly to?: DestinationStream
}

export const openLog = ({ level, to }: LogOptions): Log => {
  const stdout = to ? undefined : destination({ fd: 1, sync: false, minLength: 4096 })
  const writer = pino(
    {
      level,
      base: null,
      timestamp: true,
      redact: { paths: secretFields.flatMap(name => [name, `*.${name}`]), censor: '[secret]' },
      serializers: { err: serializeError },
    },
    to ?? (stdout as DestinationStream),
  )
  const timer = stdout && setInterval(() => stdout.flush(), 500).unref()
  return {
    debug: (message, fields) => writer.debug(fields ?? {}, message),
    info: (message, fields) => writer.info(fields ?? {}, message),
    warn: (message, fields) => writer.warn(fields ?? {}, message),
    error: (message, fields) => writer.error(fields ?? {}, message),
    flush: () => {
      clearInterval(timer)
      try {
        stdout?.flushSync()
      } catch {
        // Standard output that is not open yet, or no longer, has nothing to be flushed to.
      }
    },
  }
}
