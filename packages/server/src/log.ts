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

const secretFields = new Set([
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
])

const isFields = (value: unknown): value is LogFields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** The fields themselves when there is nothing to hide, so that most lines cost no copy. */
const withoutSecrets = (fields: LogFields): LogFields => {
  let clean: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(fields)) {
    const shown = secretFields.has(name)
      ? '[secret]'
      : isFields(value)
        ? withoutSecrets(value)
        : value
    if (shown === value) continue
    clean ??= { ...fields }
    clean[name] = shown
  }
  return clean ?? fields
}

/** Words joined by two dots or more. It starts only where a word does, so that no text makes it slow. */
const dotted = /(?<![\w-])[\w-]+\.[\w-]+\.[\w.-]*/g
const urlSecret = /([?&](?:token|tokenId|baas_at|code)=)[^&\s"]+/g
/** Who logs in at a MongoDB address. */
const addressSecret = /(mongodb(?:\+srv)?:\/\/)[^\s"'/@]*@/g

/** The text without tokens, secrets of addresses, and who logs in at a MongoDB. */
export const withoutTokens = (text: string): string =>
  text
    .replace(dotted, words => (words.includes('eyJ') ? '[token]' : words))
    .replace(urlSecret, '$1[secret]')
    .replace(addressSecret, '$1[secret]@')

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

/** As much as the system writes into a pipe in one piece: lines of several processes are not torn. */
const pieceBytes = 4_096

export const openLog = ({ level, to }: LogOptions): Log => {
  const stdout = to
    ? undefined
    : destination({ fd: 1, sync: false, minLength: pieceBytes / 2, maxWrite: pieceBytes })
  const writer = pino(
    {
      level,
      base: null,
      timestamp: true,
      serializers: { err: serializeError },
    },
    to ?? (stdout as DestinationStream),
  )
  const write = (
    method: Exclude<LogOptions['level'], 'silent'>,
    message: string,
    fields?: LogFields,
  ) => {
    if (!writer.isLevelEnabled(method)) return
    if (fields) writer[method](withoutSecrets(fields), message)
    else writer[method](message)
  }
  const timer = stdout && setInterval(() => stdout.flush(), 500).unref()
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
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
