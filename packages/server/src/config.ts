import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { isMailAddress } from './domain/email.ts'
import { isServerDatabase, serverDatabaseOf } from './domain/mongodb-address.ts'
import { isOperatorPassword } from './domain/operator.ts'
import { type GivenLinks, isLink, isMongoAddress, linkPrefix } from './domain/source-link.ts'

const whole = (min: number, max: number) =>
  z.coerce.number({ error: 'must be a number' }).pipe(
    z
      .number()
      .int({ error: 'must be a whole number' })
      .min(min, { error: `must be at least ${min}` })
      .max(max, { error: `must be at most ${max}` }),
  )

const address = (protocols: readonly string[]) =>
  z.string().refine(text => protocols.includes(protocolOf(text)), {
    error: `must be an address that starts with ${protocols.map(name => `${name}//`).join(' or ')}`,
  })

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '')

const origin = address(['http:', 'https:'])
  .refine(text => !URL.canParse(text) || isOnlyOrigin(new URL(text)), {
    error: 'must be scheme, host and port only',
  })
  .transform(text => text.replace(/\/+$/, ''))

const isOnlyOrigin = (url: URL): boolean =>
  /^\/*$/.test(url.pathname) && url.search === '' && url.hash === '' && url.username === ''

const isAddressOrSubnet = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const addresses = z
  .string()
  .transform(text => text.split(',').map(entry => entry.trim()))
  .refine(entries => entries.every(isAddressOrSubnet), {
    error: 'must be addresses or subnets, parted by commas',
  })

const mongoAddress = z
  .string()
  .refine(isMongoAddress, {
    error: 'must be an address that starts with mongodb:// or mongodb+srv://',
  })
  .refine(text => !isMongoAddress(text) || isServerDatabase(serverDatabaseOf(text)), {
    error:
      "must name the server's database as regent or regent_…, as in mongodb://host/regent; who logs in with another database adds ?authSource=…",
  })

const masterKey = z
  .string()
  .refine(text => Buffer.from(text, 'base64').length === 32, {
    error: 'must be 32 bytes in base64',
  })
  .optional()

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** Every setting: its variable, its check, its default (in the check), and what it is. */
export const settings = {
  host: {
    env: 'REGENT_HOST',
    schema: z.string().min(1, { error: 'must not be empty' }).default('127.0.0.1'),
    about: 'address to listen on',
  },
  port: {
    env: 'REGENT_PORT',
    schema: whole(0, 65_535).default(9090),
    about: 'TCP port; 0 picks a free one',
  },
  data: {
    env: 'REGENT_DATA',
    schema: z.string().min(1, { error: 'must not be empty' }).default('./.regent'),
    about: 'folder of everything the server keeps on this machine',
  },
  publicUrl: {
    env: 'REGENT_PUBLIC_URL',
    schema: origin.optional(),
    about:
      'origin that clients reach the server at, for mails, error links and token issuers; required when the host is not loopback',
  },
  store: {
    env: 'REGENT_STORE',
    schema: mongoAddress.optional(),
    about:
      'MongoDB address of the store, as in mongodb://host/regent, shared by any number of servers; without it the store is embedded in the data folder',
  },
  workers: {
    env: 'REGENT_WORKERS',
    schema: whole(1, 64).default(1),
    about:
      'processes that serve requests on this machine; with more than one, another process writes the data folder for them',
  },
  mail: {
    env: 'REGENT_MAIL',
    schema: address(['smtp:', 'smtps:']).optional(),
    about: 'SMTP server, as smtps://user:password@host; without it letters stay in the mailbox',
  },
  mailFrom: {
    env: 'REGENT_MAIL_FROM',
    schema: z
      .string()
      .regex(/^[^\r\n]+$/, { error: 'must be one line' })
      .default('Regent <no-reply@localhost>'),
    about: 'sender of all letters',
  },
  masterKey: {
    env: 'REGENT_MASTER_KEY',
    schema: masterKey,
    about:
      'seals secrets at rest, 32 bytes in base64; without it <data>/master.key is made and used',
  },
  masterKeyBefore: {
    env: 'REGENT_MASTER_KEY_BEFORE',
    schema: masterKey,
    about: 'the master key that was in use before, until the store is sealed with the one of now',
  },
  adminEmail: {
    env: 'REGENT_ADMIN_EMAIL',
    schema: z.string().refine(isMailAddress, { error: 'must be an e-mail address' }).optional(),
    about:
      'e-mail address of an operator who is made at the start, with full rights, if there is none with it; needs a password too',
  },
  adminPassword: {
    env: 'REGENT_ADMIN_PASSWORD',
    schema: z
      .string()
      .refine(isOperatorPassword, { error: 'must have 8 to 128 characters' })
      .optional(),
    about:
      'password that this operator is made with; nothing changes when there is the operator already',
  },
  adminPasswordFile: {
    env: 'REGENT_ADMIN_PASSWORD_FILE',
    schema: z.string().optional(),
    about: 'file that holds this password, in its place',
  },
  passwordMemoryKib: {
    env: 'REGENT_PASSWORD_MEMORY_KIB',
    schema: whole(8, 4_194_304).default(19_456),
    about: 'memory of one argon2id hash, in KiB',
  },
  passwordPasses: {
    env: 'REGENT_PASSWORD_PASSES',
    schema: whole(1, 100).default(2),
    about: 'passes of one argon2id hash',
  },
  hashMemoryMib: {
    env: 'REGENT_HASH_MEMORY_MIB',
    schema: whole(1, 1_048_576).default(256),
    about: 'memory that all hashes under way may take together, in MiB',
  },
  trustedProxies: {
    env: 'REGENT_TRUSTED_PROXIES',
    schema: addresses.optional(),
    about: 'proxies whose X-Forwarded-For names the client, like 10.0.0.0/8,::1',
  },
  privateAddresses: {
    env: 'REGENT_PRIVATE_ADDRESSES',
    schema: addresses.optional(),
    about:
      'private addresses that key sets, auth providers and functions may be asked at, like 127.0.0.1,10.1.0.0/16; all others are refused',
  },
  googleIssuer: {
    env: 'REGENT_GOOGLE_ISSUER',
    schema: address(['https:', 'http:']).default('https://accounts.google.com'),
    about: 'OpenID provider behind oauth2-google, where an app names no other',
  },
  appleIssuer: {
    env: 'REGENT_APPLE_ISSUER',
    schema: address(['https:', 'http:']).default('https://appleid.apple.com'),
    about: 'OpenID provider behind oauth2-apple, where an app names no other',
  },
  facebookGraphUrl: {
    env: 'REGENT_FACEBOOK_GRAPH_URL',
    schema: address(['https:', 'http:']).default('https://graph.facebook.com/v23.0'),
    about: 'Graph API that checks access tokens of oauth2-facebook',
  },
  facebookDialogUrl: {
    env: 'REGENT_FACEBOOK_DIALOG_URL',
    schema: address(['https:', 'http:']).default('https://www.facebook.com/v23.0/dialog/oauth'),
    about: 'page of Facebook where a log-in by redirect begins',
  },
  functionThreads: {
    env: 'REGENT_FUNCTION_THREADS',
    schema: whole(1, 256).default(Math.max(1, availableParallelism() - 1)),
    about: 'threads that compute functions at the same time; default one less than there are cores',
  },
  functionSeconds: {
    env: 'REGENT_FUNCTION_SECONDS',
    schema: whole(1, 86_400).default(300),
    about: 'time that one call of a function may take',
  },
  functionMemoryMib: {
    env: 'REGENT_FUNCTION_MEMORY_MIB',
    schema: whole(16, 65_536).default(350),
    about: 'memory that one function thread may take, in MiB',
  },
  bodyLimitBytes: {
    env: 'REGENT_BODY_LIMIT_BYTES',
    schema: whole(1_024, 104_857_600).default(18_874_368),
    about:
      'largest call of a function, in bytes; log-in and account calls take 65536 at most, with a JWT 1048576',
  },
  heldDataMib: {
    env: 'REGENT_HELD_DATA_MIB',
    schema: whole(1, 1_048_576).default(64),
    about:
      'documents in MiB, as they are stored, that the answers of one process hold together, and as much again for large bodies of calls; others wait their turn, and are answered 503 after 30 seconds',
  },
  requestTimeoutSeconds: {
    env: 'REGENT_REQUEST_TIMEOUT_SECONDS',
    schema: whole(1, 3_600).default(30),
    about: 'time a client has to send a whole request',
  },
  maxInFlight: {
    env: 'REGENT_MAX_IN_FLIGHT',
    schema: whole(1, 1_000_000).default(2_000),
    about: 'requests that one process works on at the same time; more are answered 503',
  },
  maxWatches: {
    env: 'REGENT_MAX_WATCHES',
    schema: whole(0, 1_000_000).default(10_000),
    about: 'watch streams that may be open in one process; more are answered 503',
  },
  maxWatchesPerUser: {
    env: 'REGENT_MAX_WATCHES_PER_USER',
    schema: whole(1, 1_000_000).default(100),
    about: 'watch streams that one user may have open in one process',
  },
  stopSeconds: {
    env: 'REGENT_STOP_SECONDS',
    schema: whole(0, 3_600).default(10),
    about: 'time that requests under way get to end when the server stops',
  },
  metrics: {
    env: 'REGENT_METRICS',
    schema: z.enum(['loopback', 'off'], { error: 'must be loopback or off' }).default('loopback'),
    about:
      'who may read /metrics without a token: programs of this machine that come through no proxy, or nobody',
  },
  metricsToken: {
    env: 'REGENT_METRICS_TOKEN',
    schema: z.string().min(16, { error: 'must have 16 characters at least' }).optional(),
    about: 'bearer that /metrics then takes from anywhere, and asks of everybody',
  },
  logDays: {
    env: 'REGENT_LOG_DAYS',
    schema: whole(1, 3_650).default(10),
    about: 'days that log entries of the apps are kept',
  },
  auditDays: {
    env: 'REGENT_AUDIT_DAYS',
    schema: whole(1, 36_500).default(365),
    about: 'days that the audit trail of the operators is kept',
  },
  logEntries: {
    env: 'REGENT_LOG_ENTRIES',
    schema: whole(1_000, 1_000_000_000).default(2_000_000),
    about:
      'log entries of the apps that are kept at most, about 600 bytes each; the oldest go first',
  },
  logLevel: {
    env: 'REGENT_LOG_LEVEL',
    schema: z.enum(levels, { error: `must be one of ${levels.join(', ')}` }).default('info'),
    about: 'least important log line that is written',
  },
} as const

type Settings = typeof settings

/** The settings of one server, checked and frozen. */
export type Config = {
  readonly [K in keyof Settings]: z.infer<Settings[K]['schema']>
} & {
  /** Where data sources are (`REGENT_DATA_SOURCE_<NAME>`). */
  readonly dataSourceLinks: GivenLinks
}

/** The settings of a running server: its public URL is known. */
export type RunningConfig = Omit<Config, 'publicUrl'> & { readonly publicUrl: string }

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)

/** Where a developer's own identity provider runs. */
const loopback = ['127.0.0.1', '::1']

export type ReadConfigOptions = {
  /**
   * True for development, where the public URL may stay open on any host, and this machine may be asked for keys.
   * Default false.
   */
  readonly dev?: boolean
}

/**
 * Reads the settings from variables; empty ones count as absent.
 *
 * @throws TypeError that names every wrong variable, each on a line of its own.
 */
export const readConfig = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  { dev = false }: ReadConfigOptions = {},
): Config => {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, { env: variable, schema }] of Object.entries(settings)) {
    const given = env[variable]
    const result = schema.safeParse(given === '' ? undefined : given)
    if (result.success) values[name] = result.data
    else problems.push(`${variable} ${result.error.issues[0]?.message}`)
  }
  const dataSourceLinks = readLinks(env, problems)
  if (problems.length === 0) problems.push(...describeHalfOperator(values as Partial<Config>))
  const config = {
    ...values,
    dataSourceLinks,
    ...(dev && values.privateAddresses === undefined && { privateAddresses: loopback }),
  } as Config
  if (problems.length === 0 && !dev && config.publicUrl === undefined && !isLoopback(config.host))
    problems.push(`REGENT_PUBLIC_URL is required when REGENT_HOST is not loopback (${config.host})`)
  if (problems.length > 0) throw new TypeError(problems.join('\n'))
  return Object.freeze(config)
}

/** An address needs one password, and a password an address. */
const describeHalfOperator = ({
  adminEmail,
  adminPassword,
  adminPasswordFile,
}: Partial<Config>): string[] => {
  const passwords = [adminPassword, adminPasswordFile].filter(given => given !== undefined)
  if (passwords.length > 1)
    return ['REGENT_ADMIN_PASSWORD and REGENT_ADMIN_PASSWORD_FILE are both set: one is enough']
  if (adminEmail !== undefined && passwords.length === 0)
    return ['REGENT_ADMIN_EMAIL needs REGENT_ADMIN_PASSWORD or REGENT_ADMIN_PASSWORD_FILE']
  if (adminEmail === undefined && passwords.length > 0)
    return ['REGENT_ADMIN_PASSWORD needs REGENT_ADMIN_EMAIL']
  return []
}

/** A value that is wrong may hold a password, so it is not told. */
const readLinks = (
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): GivenLinks => {
  const links: Record<string, string> = {}
  for (const [variable, given] of Object.entries(env)) {
    if (!variable.startsWith(linkPrefix) || !given) continue
    const link = given.trim()
    if (isLink(link)) links[variable] = link
    else
      problems.push(`${variable} must be a MongoDB address, mongodb://… or mongodb+srv://…, or own`)
  }
  return links
}

/** What the command reads, also where a server runs. */
const ofCommand = ['REGENT_ADMIN_KEY']

/** Variables that look like settings and are none: mistyped, most likely. */
export const unknownSettings = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): string[] => {
  const known = new Set<string>([...ofCommand, ...Object.values(settings).map(row => row.env)])
  return Object.keys(env).filter(
    name =>
      name.startsWith('REGENT_') &&
      !['REGENT_SECRET_', linkPrefix].some(prefix => name.startsWith(prefix)) &&
      !known.has(name),
  )
}
