import type { Command } from './command.ts'

const data = [
  '--data <folder>',
  'data folder of the server (REGENT_DATA, default ./.regent)',
] as const
const app = ['--app <id>', 'client app id; not needed when the server has one app'] as const
const json = ['--json', 'print JSON'] as const
const user = ['<user>', 'user id or e-mail address'] as const

const listening = [
  ['--port <number>', 'TCP port, 0 picks a free one (REGENT_PORT, default 9090)'],
  ['--host <address>', 'address to listen on (REGENT_HOST, default 127.0.0.1)'],
  ['--data <folder>', 'folder of everything the server keeps (REGENT_DATA, default ./.regent)'],
  ['--redeploy', 'deploy the directory even if it was deployed before and something newer runs'],
] as const

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  {
    name: 'serve',
    about: 'run the server; deploy app directories first',
    args: [
      ['[dirs...]', 'exported app directories; without any, what was deployed before is served'],
    ],
    options: listening,
    examples: [
      ['regent serve ./exported-app', 'serve an app that was exported from App Services'],
      ['regent serve ./shop ./forum', 'serve two apps'],
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
    name: 'users list',
    about: 'list users, oldest first',
    options: [
      app,
      ['--after <user id>', 'go on after this user'],
      ['--limit <number>', 'users to list, default 50'],
      json,
      data,
    ],
    examples: [
      ['regent users list', 'the first fifty'],
      ['regent users list --limit 100000 --json > users.json', 'all of them'],
    ],
    load: () => import('./commands/users/list.ts'),
  },
  {
    name: 'users show',
    about: 'show one user',
    args: [user],
    options: [app, json, data],
    examples: [['regent users show ada@example.com', 'by e-mail address']],
    load: () => import('./commands/users/show.ts'),
  },
  {
    name: 'users disable',
    about: 'keep a user out: end all sessions, refuse log-ins',
    args: [user],
    options: [app, data],
    examples: [['regent users disable ada@example.com', 'until `users enable`']],
    load: () => import('./commands/users/disable.ts'),
  },
  {
    name: 'users enable',
    about: 'let a disabled user in again',
    args: [user],
    options: [app, data],
    examples: [['regent users enable ada@example.com', 'after `users disable`']],
    load: () => import('./commands/users/enable.ts'),
  },
  {
    name: 'users logout',
    about: 'end all sessions of a user',
    args: [user],
    options: [app, data],
    examples: [['regent users logout 6921f0a1b2c3d4e5f6a7b8c9', 'by user id']],
    load: () => import('./commands/users/logout.ts'),
  },
  {
    name: 'users delete',
    about: 'delete a user and all that is kept of them, for ever',
    args: [user],
    options: [app, data],
    examples: [['regent users delete ada@example.com', 'there is no way back']],
    load: () => import('./commands/users/delete.ts'),
  },
]

/** What stands beside a group of commands in the help. */
export const groups: Readonly<Record<string, string>> = { users: 'find and manage users' }
