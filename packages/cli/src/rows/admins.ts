import type { Command } from '../command.ts'
import { data, json, store } from './options.ts'

const role = ['--role <role>', 'full or read-only, default full'] as const
const passwordFile = [
  '--file <file>',
  'file that holds the password; default standard input, or else one is made up and shown',
] as const
const operator = ['<operator>', 'e-mail address or id'] as const

/** Commands that manage operators and the keys of their programs. */
export const adminCommands: readonly Command[] = [
  {
    name: 'admins create',
    about: 'make an operator, who may use the Admin API',
    args: [['<email>', 'e-mail address']],
    options: [role, passwordFile, json, store, data],
    examples: [
      ['regent admins create ada@example.com', 'with a password that is made up and shown once'],
      ['regent admins create bob@example.com --role read-only < password.txt', 'who only looks'],
    ],
    load: () => import('../commands/admins/create.ts'),
  },
  {
    name: 'admins list',
    about: 'list operators, oldest first',
    options: [json, store, data],
    examples: [['regent admins list', 'who may use the Admin API']],
    load: () => import('../commands/admins/list.ts'),
  },
  {
    name: 'admins password',
    about: 'give an operator another password, and end all sessions',
    args: [operator],
    options: [passwordFile, store, data],
    examples: [['regent admins password ada@example.com < password.txt', 'from a file']],
    load: () => import('../commands/admins/password.ts'),
  },
  {
    name: 'admins delete',
    about: 'delete an operator, and end all sessions',
    args: [operator],
    options: [store, data],
    examples: [['regent admins delete ada@example.com', 'out at once']],
    load: () => import('../commands/admins/delete.ts'),
  },
  {
    name: 'admins keys create',
    about: 'make a key pair for a program that uses the Admin API, and show it, this once',
    args: [['<name>', 'what it is for']],
    options: [role, json, store, data],
    examples: [
      ['regent admins keys create deploy', 'for REGENT_ADMIN_KEY of another machine'],
      ['regent admins keys create dashboard --role read-only --json > key.json', 'for scripts'],
    ],
    load: () => import('../commands/admins/keys-create.ts'),
  },
  {
    name: 'admins keys list',
    about: 'list key pairs, oldest first; private keys are never shown',
    options: [json, store, data],
    examples: [['regent admins keys list', 'names, roles and last use']],
    load: () => import('../commands/admins/keys-list.ts'),
  },
  {
    name: 'admins keys delete',
    about: 'delete a key pair; what is logged in with it is out at once',
    args: [['<key>', 'public key, name or id']],
    options: [store, data],
    examples: [['regent admins keys delete deploy', 'there is no way back']],
    load: () => import('../commands/admins/keys-delete.ts'),
  },
]
