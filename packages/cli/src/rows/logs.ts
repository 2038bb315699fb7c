import type { Command } from '../command.ts'
import { app, data, json } from './options.ts'

const errors = ['--errors', 'only what failed'] as const
const since = ['--since <time>', 'from then on: 15m, 6h, 2d, or a date'] as const
const request = ['--request <id>', 'of one request: the co_id in the link of a refusal'] as const

/** Commands that tell what happened. */
export const logCommands: readonly Command[] = [
  {
    name: 'logs',
    about: 'show what happened in an app: log-ins, failures, functions, triggers, mails',
    options: [
      app,
      ['--all', 'of all apps, and what concerned none'],
      ['--follow', 'go on as things happen'],
      ['--user <user>', 'of one user: id or e-mail address'],
      ['--type <types>', 'AUTH, API_KEY, FUNCTION, SERVICE_FUNCTION, AUTH_TRIGGER, MAIL …'],
      errors,
      since,
      request,
      ['--limit <number>', 'entries to show, default 50; with --follow to begin with, default 10'],
      json,
      data,
    ],
    examples: [
      ['regent logs', 'the last fifty entries'],
      ['regent logs --user ada@example.com --errors', 'why can Ada not log in?'],
      ['regent logs --follow --type AUTH,FUNCTION', 'watch'],
      ['regent logs --request 6921f0a1b2c3d4e5f6a7b8c9', 'what a refusal was about'],
      ['regent logs --since 1h --limit 100000 --json > logs.json', 'for other tools'],
    ],
    load: () => import('../commands/logs/logs.ts'),
  },
  {
    name: 'audit',
    about: 'show what operators did: the audit trail, which nobody can change',
    options: [
      ['--app <id>', 'only what concerned this app'],
      ['--operator <operator>', 'of one operator: e-mail address, name of a key pair, or id'],
      ['--operation <name>', 'one operation, as deleteUser'],
      errors,
      since,
      request,
      ['--limit <number>', 'rows to show, default 50'],
      json,
      data,
    ],
    examples: [
      ['regent audit', 'the last fifty actions'],
      ['regent audit --operator ada@example.com --since 7d', 'what Ada did this week'],
      ['regent audit --operation deleteUser', 'who deleted whom'],
    ],
    load: () => import('../commands/logs/audit.ts'),
  },
]
