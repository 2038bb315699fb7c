import type { Command } from '../command.ts'
import { app, data, json } from './options.ts'

/** Apps and their deployments. */
export const appCommands: readonly Command[] = [
  {
    name: 'push',
    about: 'deploy an app directory to the running server, whole or not at all',
    args: [['[dir]', 'exported app directory, default the current folder']],
    options: [
      ['--dry-run', 'say what would change, item by item, and change nothing'],
      ['--secrets <file>', 'JSON file of secrets by name; REGENT_SECRET_<NAME> are taken too'],
      ['--app <id>', 'client app id to deploy to, whatever app_id the directory has'],
      json,
      data,
    ],
    examples: [
      ['regent push ./exported-app --dry-run', 'the plan, as a diff'],
      ['regent push ./exported-app --secrets secrets.json', 'and so it is'],
      [
        'regent push --app shop-staging --url https://auth.example.com',
        'the same directory, to another app elsewhere',
      ],
    ],
    load: () => import('../commands/push.ts'),
  },
  {
    name: 'pull',
    about: "write an app's directory as it runs, byte by byte as it was deployed",
    args: [['[dir]', 'folder to write, default the name of the app']],
    options: [['--deployment <number>', 'as an earlier deployment had it'], app, json, data],
    examples: [
      ['regent pull', 'into a folder of its name'],
      ['regent pull . --deployment 3', 'an earlier one, over what is here'],
    ],
    load: () => import('../commands/pull.ts'),
  },
  {
    name: 'apps list',
    about: 'list the apps of the server',
    options: [json, data],
    examples: [['regent apps list', 'client app ids, names and last deployments']],
    load: () => import('../commands/apps/list.ts'),
  },
  {
    name: 'apps create',
    about: 'make an app with nothing in it',
    args: [['<name>', '1 to 32 letters, digits, _ or -']],
    options: [json, data],
    examples: [['regent apps create shop', 'its client app id is shop- and five letters']],
    load: () => import('../commands/apps/create.ts'),
  },
  {
    name: 'apps delete',
    about: 'delete an app with its users and everything that is kept for it, for ever',
    args: [['<app>', 'its client app id']],
    options: [['--yes', 'this is meant'], data],
    examples: [['regent apps delete shop-xkqzp --yes', 'there is no way back']],
    load: () => import('../commands/apps/delete.ts'),
  },
  {
    name: 'deployments list',
    about: 'list the deployments of an app, the newest first',
    options: [app, ['--limit <number>', 'deployments to list, default 25'], json, data],
    examples: [['regent deployments list', 'what was deployed when, by whom']],
    load: () => import('../commands/deployments/list.ts'),
  },
  {
    name: 'deployments rollback',
    about: 'deploy what an earlier deployment had, as a new one',
    args: [['<number>', 'number of the deployment']],
    options: [app, data],
    examples: [['regent deployments rollback 3', 'users and documents stay as they are']],
    load: () => import('../commands/deployments/rollback.ts'),
  },
]

export const appGroups: Readonly<Record<string, string>> = {
  apps: 'list, make and delete apps',
  deployments: 'see what was deployed, and bring it back',
}
