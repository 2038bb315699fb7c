import type { Command } from '../command.ts'
import { app, data, json } from './options.ts'

/** Commands that take users in and out. */
export const movingCommands: readonly Command[] = [
  {
    name: 'users import',
    about: 'take users from elsewhere, with their ids and passwords; goes on where it was cut off',
    args: [['<file>', 'lines of JSON, lists as the Admin API answers them, or CSV']],
    options: [
      app,
      ['--dry-run', 'say what would happen, write nothing'],
      ['--report <file>', 'refused rows and doubles, default <file>.report.jsonl in this folder'],
      json,
      data,
    ],
    examples: [
      ['regent users import users.jsonl --dry-run', 'see what would be refused'],
      ['regent users import users.csv', 'the format: docs/moving-users.md'],
    ],
    load: () => import('../commands/users/import.ts'),
  },
  {
    name: 'users export',
    about: 'write all users to a file, with their password hashes, as `users import` takes them',
    args: [['<file>', 'file to write, one JSON object a line']],
    options: [app, data],
    examples: [['regent users export users.jsonl', 'everything that can be taken elsewhere']],
    load: () => import('../commands/users/export.ts'),
  },
]
