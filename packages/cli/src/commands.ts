import type { Command } from './command.ts'
import { adminCommands } from './rows/admins.ts'
import { appCommands, appGroups } from './rows/apps.ts'
import { logCommands } from './rows/logs.ts'
import { maintenanceCommands } from './rows/maintenance.ts'
import { movingCommands } from './rows/moving.ts'
import { app, data, json } from './rows/options.ts'
import { userCommands } from './rows/users.ts'

const url = [
  '--url <address>',
  'server elsewhere, asked with the key pair of REGENT_ADMIN_KEY (<public key>:<private key>)',
] as const
const key = ['<key>', 'id or name of a server key'] as const
const secret = ['<name>', 'name of the secret'] as const

const dataSource = [
  '--data-source <name=address>',
  'MongoDB address of a data source, or own; once for each (REGENT_DATA_SOURCE_<NAME>)',
  'repeated',
] as const

const listening = [
  ['--port <number>', 'TCP port, 0 picks a free one (REGENT_PORT, default 9090)'],
  ['--host <address>', 'address to listen on (REGENT_HOST, default 127.0.0.1)'],
  ['--data <folder>', 'folder of everything the server keeps (REGENT_DATA, default ./.regent)'],
  [
    '--store <address>',
    'MongoDB to keep it in instead, as in mongodb://host/regent (REGENT_STORE)',
  ],
  dataSource,
  ['--secrets <file>', 'JSON file of secrets by name, kept for the apps that name them'],
  ['--redeploy', 'deploy the directory even if it was deployed before and something newer runs'],
] as const

const rows: readonly Command[] = [
  {
    name: 'serve',
    about: 'run the server; deploy app directories first',
    args: [
      ['[dirs...]', 'exported app directories; without any, what was deployed before is served'],
    ],
    options: [
      ...listening,
      ['--workers <number>', 'processes that serve requests (REGENT_WORKERS, default 1)'],
    ],
    examples: [
      ['regent serve ./exported-app', 'serve an app that was exported from App Services'],
      ['regent serve ./shop ./forum', 'serve two apps'],
      ['regent serve --workers 4', 'use four cores'],
      [
        'REGENT_HOST=0.0.0.0 REGENT_PUBLIC_URL=https://auth.example.com regent serve',
        'serve behind a proxy',
      ],
    ],
    notes: async () => (await import('./settings-help.ts')).describeSettings(),
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'dev',
    about: 'run the server for development: watch the directory, keep mail here, readable log',
    args: [['[dir]', 'exported app directory, default the current folder']],
    options: listening,
    examples: [
      ['regent dev', 'the app of the current folder'],
      ['regent dev ./exported-app --port 0', 'on any free port'],
    ],
    load: () => import('./commands/dev.ts'),
  },
  {
    name: 'dev mail',
    about: 'show the letters that the development mailbox kept, newest first',
    options: [
      app,
      ['--to <address>', 'only letters to this address'],
      ['--limit <number>', 'letters to show, default 10'],
      json,
      data,
    ],
    examples: [
      ['regent dev mail', 'the last letters with their links'],
      ['regent dev mail --to ada@example.com --limit 1 --json', 'for scripts'],
    ],
    load: () => import('./commands/mail.ts'),
  },
  {
    name: 'doctor',
    about: 'see whether a MongoDB can keep the store: runs the contract in a scratch database',
    options: [['--store <address>', 'the MongoDB, as in mongodb://host (REGENT_STORE)'], json],
    examples: [
      ['regent doctor --store mongodb://localhost:27017', 'a server of this machine'],
      [
        "REGENT_STORE='mongodb+srv://user:password@cluster0.example.mongodb.net/regent?authSource=admin' regent doctor",
        'a cluster, with the password out of the list of processes',
      ],
    ],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'demo',
    about: 'walk real users of the running server through their whole life',
    options: [
      app,
      ['--openid-port <number>', 'port of the OpenID provider that it starts, default 9091'],
      data,
    ],
    examples: [['regent demo', 'against the server that `regent dev` started in this folder']],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'migrate check',
    about: 'look at what an exported app would find at its data sources; writes nothing',
    args: [['[dir]', 'exported app directory, default the current folder']],
    options: [
      dataSource,
      ['--secrets <file>', 'JSON file of secrets by name, as for `regent serve`'],
      json,
    ],
    examples: [
      [
        'regent migrate check ./exported-app --data-source mongodb-atlas="$ATLAS"',
        'rules, documents, indexes and what the cluster offers',
      ],
    ],
    load: () => import('./commands/migrate/check.ts'),
  },
  ...appCommands,
  ...userCommands,
  ...movingCommands,
  {
    name: 'functions run',
    about: 'run a function of the app as the system or as a user; prints its result',
    args: [
      ['<name>', 'name of the function, private ones too'],
      ['[args...]', 'arguments: JSON or extended JSON, everything else is text'],
    ],
    options: [['--user <user>', 'run it as this user (user id or e-mail address)'], app, data],
    examples: [
      ['regent functions run greet Ada', 'as the system, with one text'],
      [
        'regent functions run --user ada@example.com orders/total \'{"year": 2026}\'',
        'as a user, with an object',
      ],
      ['regent functions run add -- 1 -2', 'after -- a minus is part of an argument'],
    ],
    load: () => import('./commands/functions/run.ts'),
  },
  {
    name: 'rules explain',
    about: 'say which rules count for an operation of a user, document by document, and why',
    args: [
      ['<collection>', 'data source, database and collection, as in mongodb-atlas.shop.orders'],
      ['[arguments]', 'JSON: what a client sends (query, update, document …), or the query alone'],
    ],
    options: [
      ['--user <user>', 'whose rights count: user id or e-mail address'],
      ['--op <operation>', 'find, insertOne, updateOne, deleteOne … (default find)'],
      app,
      json,
      data,
    ],
    examples: [
      [
        "regent rules explain mongodb-atlas.shop.orders --user ada@example.com --op find '{}'",
        'which orders she sees, and which role says so',
      ],
      [
        'regent rules explain mongodb-atlas.shop.orders --user ada@example.com --op updateOne \'{"query":{"_id":1},"update":{"$set":{"status":"paid"}}}\'',
        'why she may not change one; nothing is changed',
      ],
    ],
    load: () => import('./commands/rules/explain.ts'),
  },
  {
    name: 'keys list',
    about: 'list server keys, oldest first',
    options: [app, json, data],
    examples: [
      ['regent keys list', 'names, states and last use; the keys themselves are not kept'],
    ],
    load: () => import('./commands/keys/list.ts'),
  },
  {
    name: 'keys create',
    about: 'make a server key and show it, this once',
    args: [['<name>', 'letters, digits, _ and -']],
    options: [app, json, data],
    examples: [
      ['regent keys create ci', 'a key that programs log in with, as a user of its own'],
      ['regent keys create ci --json > ci-key.json', 'for scripts'],
    ],
    load: () => import('./commands/keys/create.ts'),
  },
  {
    name: 'keys enable',
    about: 'accept log-ins with a disabled server key again',
    args: [key],
    options: [app, data],
    examples: [['regent keys enable ci', 'after `keys disable`']],
    load: () => import('./commands/keys/enable.ts'),
  },
  {
    name: 'keys disable',
    about: 'refuse log-ins and refreshes with a server key',
    args: [key],
    options: [app, data],
    examples: [['regent keys disable ci', 'until `keys enable`']],
    load: () => import('./commands/keys/disable.ts'),
  },
  {
    name: 'keys delete',
    about: 'delete a server key, for ever',
    args: [key],
    options: [app, data],
    examples: [['regent keys delete ci', 'there is no way back']],
    load: () => import('./commands/keys/delete.ts'),
  },
  ...logCommands,
  ...maintenanceCommands,
  {
    name: 'secrets list',
    about: 'list the names of secrets; values are never shown',
    options: [app, json, data],
    examples: [['regent secrets list', 'one name a line']],
    load: () => import('./commands/secrets/list.ts'),
  },
  {
    name: 'secrets set',
    about: 'keep a secret, or give it another value, from standard input or a file',
    args: [secret],
    options: [['--file <file>', 'file that holds the value; default standard input'], app, data],
    examples: [
      ['regent secrets set idpKey < public.pem', 'a key that tokens are checked with'],
      ['regent secrets set googleSecret --file ./google.txt', 'from a file'],
    ],
    load: () => import('./commands/secrets/set.ts'),
  },
  {
    name: 'secrets delete',
    about: 'delete a secret',
    args: [secret],
    options: [app, data],
    examples: [['regent secrets delete googleSecret', 'what names it does not work any more']],
    load: () => import('./commands/secrets/delete.ts'),
  },
  ...adminCommands,
]

/** Commands that need more of a server than its Admin API, or more than a key pair may. */
const onlyHere = /^(?:admins |demo$)/

/** What a command that finds a server here can also do to one elsewhere. */
const orElsewhere = (row: Command): Command =>
  row.options?.includes(data) === true && !onlyHere.test(row.name)
    ? { ...row, options: [...row.options, url] }
    : row

/** Every command, in the order of the help. */
export const commands: readonly Command[] = rows.map(orElsewhere)

/** What stands beside a group of commands in the help. */
export const groups: Readonly<Record<string, string>> = {
  admins: 'manage operators, who may use the Admin API, and the keys of their programs',
  ...appGroups,
  migrate: 'move an app here from App Services',
  users: 'find and manage users',
  pending: 'list and delete registrations that nobody logged in with yet',
  functions: "run the app's functions",
  rules: 'say who may do what with documents, and why',
  keys: 'manage server keys, which programs log in with, and the keys of the server itself',
  'admins keys': 'make and delete key pairs, which programs use the Admin API with',
  secrets: 'keep what auth providers and functions need and nobody may see',
}
