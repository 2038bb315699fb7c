import type { Command } from '../command.ts'
import { data, json, store } from './options.ts'

/** Commands that keep a server going. */
export const maintenanceCommands: readonly Command[] = [
  {
    name: 'backup',
    about: 'write everything that a server keeps to a file, while it runs or not',
    args: [['<file>', 'file to write, a tar archive; only its owner can read it']],
    options: [store, data],
    examples: [
      ['regent backup /backups/regent-$(date +%F).tar', 'every night, from cron'],
      ['regent backup shop.tar --url https://auth.example.com', 'of a server elsewhere'],
    ],
    load: () => import('../commands/backup.ts'),
  },
  {
    name: 'restore',
    about: 'put a backup in the data folder, or the MongoDB, of a server that does not run',
    args: [['<file>', 'file that `regent backup` wrote']],
    options: [
      ['--replace', 'take the place of the data that is there'],
      ['--check', 'only read the backup and say whether it is whole'],
      ['--store <address>', 'MongoDB to put it in (REGENT_STORE)'],
      ['--data <folder>', 'data folder to put it in (REGENT_DATA, default ./.regent)'],
    ],
    examples: [
      ['regent restore regent.tar --data /var/lib/regent', 'on a new machine'],
      ['regent restore regent.tar --check', 'is it whole?'],
    ],
    load: () => import('../commands/restore.ts'),
  },
  {
    name: 'keys rotate',
    about: 'sign tokens, or seal secrets, with new keys; nobody is logged out',
    options: [
      ['--signing', 'keys that sign tokens'],
      ['--master', 'the master key, and everything that is sealed'],
      ['--app <id>', 'client app id; default every app. With --signing'],
      ['--at-once', 'remove the old signing keys now, which logs everybody out'],
      ['--finish', 'several servers: the old master key opens the store no more'],
      json,
      data,
    ],
    examples: [
      ['regent keys rotate --signing', 'once in a while'],
      ['regent keys rotate --master', 'when somebody left who had seen the data folder'],
      ['regent keys rotate --signing --at-once', 'when keys were stolen'],
    ],
    load: () => import('../commands/keys/rotate.ts'),
  },
  {
    name: 'keys status',
    about: 'show which keys sign tokens and seal secrets; never a key itself',
    options: [json, data],
    examples: [['regent keys status', 'is a rotation over?']],
    load: () => import('../commands/keys/status.ts'),
  },
]
