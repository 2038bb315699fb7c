import type { Command } from '../command.ts'
import { app, data, json } from './options.ts'

const user = ['<user>', 'user id or e-mail address'] as const
const email = ['<email>', 'address of the registration'] as const
const passwordFile = [
  '--file <file>',
  'file that holds the password; default standard input',
] as const

/** What a list of users may be narrowed and ordered by. */
const filters = [
  ['--email <prefix>', 'users with an e-mail address that begins so'],
  ['--state <state>', 'enabled, disabled or deleting (in the grace period)'],
  ['--provider <types>', 'users with an identity of this auth provider; several with commas'],
  ['--created-from <date>', 'made then or later, as in 2026-11-23 or 2026-11-23T10:00Z'],
  ['--created-until <date>', 'made before'],
  ['--login-from <date>', 'last log-in then or later'],
  ['--login-until <date>', 'last log-in before'],
  ['--sort <order>', 'id, created, login or email; default what is looked for by, else id'],
  ['--desc', 'the other way round'],
] as const

const one = (
  name: string,
  about: string,
  { example, load }: { example: readonly [string, string]; load: Command['load'] },
): Command => ({
  name: `users ${name}`,
  about,
  args: [user],
  options: [app, data],
  examples: [example],
  load,
})

/** Users, one by one and in lists. */
export const userCommands: readonly Command[] = [
  {
    name: 'users list',
    about: 'list users, oldest first, or those that are looked for',
    options: [
      ...filters,
      ['--after <place>', 'go on after this user id, or where the list before ended'],
      ['--limit <number>', 'users to list, default 50'],
      app,
      json,
      data,
    ],
    examples: [
      ['regent users list', 'the first fifty'],
      ['regent users list --email ada', 'whose address begins with ada'],
      [
        'regent users list --provider oauth2-google --state disabled',
        'all of what is given must hold',
      ],
      ['regent users list --login-until 2026-01-01 --sort login', 'who was away longest'],
      ['regent users list --limit 100000 --json > users.json', 'all of them'],
    ],
    load: () => import('../commands/users/list.ts'),
  },
  {
    name: 'users show',
    about: 'show a user: identities, profile, custom data, sessions, API keys, last events',
    args: [user],
    options: [app, json, data],
    examples: [['regent users show ada@example.com', 'by e-mail address']],
    load: () => import('../commands/users/show.ts'),
  },
  {
    name: 'users data',
    about: 'print everything that is kept about a user, as JSON to hand to them',
    args: [user],
    options: [app, data],
    examples: [['regent users data ada@example.com > ada.json', 'what she may ask for']],
    load: () => import('../commands/users/data.ts'),
  },
  {
    name: 'users create',
    about: 'make a user with e-mail and password, confirmed at once',
    args: [['<email>', 'e-mail address']],
    options: [
      [
        '--file <file>',
        'file that holds the password; default standard input, or else one is made up and shown',
      ],
      app,
      json,
      data,
    ],
    examples: [
      ['regent users create ada@example.com', 'the password is made up and shown once'],
      ['regent users create ada@example.com < password.txt', 'with this one'],
    ],
    load: () => import('../commands/users/create.ts'),
  },
  one('disable', 'keep a user out: end all sessions, refuse log-ins', {
    example: ['regent users disable ada@example.com', 'until `users enable`'],
    load: () => import('../commands/users/disable.ts'),
  }),
  one('enable', 'let a disabled user in again', {
    example: ['regent users enable ada@example.com', 'after `users disable`'],
    load: () => import('../commands/users/enable.ts'),
  }),
  {
    name: 'users sessions',
    about: 'list the sessions of a user with their devices, or end one',
    args: [user],
    options: [['--end <session id>', 'end this one'], app, json, data],
    examples: [
      ['regent users sessions ada@example.com', 'where she is logged in'],
      [
        'regent users sessions ada@example.com --end 6921f0a1b2c3d4e5f6a7b8c9',
        'the phone that was lost',
      ],
    ],
    load: () => import('../commands/users/sessions.ts'),
  },
  one('logout', 'end all sessions of a user', {
    example: ['regent users logout 6921f0a1b2c3d4e5f6a7b8c9', 'by user id'],
    load: () => import('../commands/users/logout.ts'),
  }),
  {
    name: 'users reset-password',
    about: 'give a user another password and end all sessions, or send the letter for it',
    args: [user],
    options: [['--send', 'send the letter in which the user chooses it'], passwordFile, app, data],
    examples: [
      ['regent users reset-password ada@example.com --send', 'she chooses it herself'],
      ['regent users reset-password ada@example.com < password.txt', 'from a file'],
    ],
    load: () => import('../commands/users/reset-password.ts'),
  },
  {
    name: 'users set-email',
    about: 'give the e-mail and password account of a user another address',
    args: [user, ['<email>', 'the new address']],
    options: [app, data],
    examples: [['regent users set-email ada@example.com ada@example.org', 'sessions stay']],
    load: () => import('../commands/users/set-email.ts'),
  },
  {
    name: 'users delete',
    about: 'delete a user and all that is kept of them, for ever; says what that was',
    args: [user],
    options: [
      ['--dry-run', 'only say what would be deleted'],
      ['--save <file>', 'write everything that is kept about them to this file first'],
      app,
      json,
      data,
    ],
    examples: [
      ['regent users delete ada@example.com --dry-run', 'what there is'],
      ['regent users delete ada@example.com --save ada.json', 'there is no way back'],
    ],
    load: () => import('../commands/users/delete.ts'),
  },
  one('restore', 'keep a user who asked to be deleted and is in the grace period', {
    example: ['regent users restore ada@example.com', 'she has to log in again'],
    load: () => import('../commands/users/restore.ts'),
  }),
  {
    name: 'users pending list',
    about: 'list registrations that are not confirmed, or that nobody logged in with yet',
    options: [
      ['--after <id>', 'go on after this one'],
      ['--limit <number>', 'registrations to list, default 50'],
      app,
      json,
      data,
    ],
    examples: [['regent users pending list', 'oldest first']],
    load: () => import('../commands/users/pending/list.ts'),
  },
  {
    name: 'users pending delete',
    about: 'delete a registration',
    args: [email],
    options: [app, data],
    examples: [['regent users pending delete ada@example.com', 'the address is free again']],
    load: () => import('../commands/users/pending/delete.ts'),
  },
  {
    name: 'users confirm',
    about: 'confirm a registration without a letter',
    args: [email],
    options: [app, data],
    examples: [['regent users confirm ada@example.com', 'she can log in now']],
    load: () => import('../commands/users/pending/confirm.ts'),
  },
  {
    name: 'users resend',
    about: 'send the confirmation letter once more',
    args: [email],
    options: [app, data],
    examples: [['regent users resend ada@example.com', 'with a new link']],
    load: () => import('../commands/users/pending/resend.ts'),
  },
  {
    name: 'users run',
    about: "run the app's confirmation function again",
    args: [email],
    options: [app, data],
    examples: [['regent users run ada@example.com', 'where a function confirms registrations']],
    load: () => import('../commands/users/pending/run.ts'),
  },
]
