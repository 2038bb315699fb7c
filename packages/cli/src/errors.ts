type Row = { readonly title: string; readonly fix: string }

/** Every way in which a command is refused: what happened, and what the person at the prompt does about it. */
export const cliErrors = {
  wrongUse: { title: '{detail}', fix: 'See `regent {command}--help`.' },
  noServer: {
    title: 'No Regent server is running on the data folder {data}.',
    fix: 'Start one in another terminal with `regent dev <app directory>` (in the repository: `npm start`), or name the folder of a running one with --data or REGENT_DATA.',
  },
  serverSilent: {
    title: 'The server of the data folder {data} does not answer at {url}.',
    fix: 'It may have been killed: start it again, then repeat this command.',
  },
  keyRefused: {
    title: 'The server at {url} does not accept the operator key of {data}.',
    fix: 'Another server may have taken the address: restart the one that owns this data folder.',
  },
  keyMissing: {
    title: 'The operator key {data}/operator.key cannot be read ({detail}).',
    fix: 'Run this as the user who started the server.',
  },
  urlWrong: {
    title: 'The server cannot be at {url}: that is no http or https address.',
    fix: 'Give its origin, as in --url https://auth.example.com.',
  },
  urlSilent: {
    title: 'No Regent server answers at {url}.',
    fix: 'Is the address right, and does a firewall or proxy let this machine through?',
  },
  adminKeyMissing: {
    title: 'Nothing says who asks the server at {url}.',
    fix: 'Put a key pair into REGENT_ADMIN_KEY as <public key>:<private key>; `regent admins keys create` on its machine makes one.',
  },
  adminKeyRefused: {
    title: 'The server at {url} does not accept the key of REGENT_ADMIN_KEY.',
    fix: 'It must be <public key>:<private key>, and still be there: see `regent admins keys list` on its machine.',
  },
  operatorUnknown: {
    title: 'There is no operator {operator}.',
    fix: 'Look for the right one with `regent admins list`.',
  },
  operatorKeyUnknown: {
    title: 'There is no key pair {key}.',
    fix: 'Look for the right one with `regent admins keys list`.',
  },
  roleWrong: {
    title: 'There is no role {role}.',
    fix: 'Operators and keys are full or read-only.',
  },
  deploymentUnknown: {
    title: 'The app {app} has no deployment {number}.',
    fix: 'Look for the right one with `regent deployments list`.',
  },
  folderInUse: {
    title: '{folder} holds files that are no app directory.',
    fix: 'Give a folder that is empty, or not there yet, or holds this app.',
  },
  folderOfOther: {
    title: '{folder} holds {other}, not {app}.',
    fix: 'Give another folder, or with --app the app that is meant.',
  },
  folderUnwritable: {
    title: 'The folder {folder} cannot be written ({detail}).',
    fix: 'Give a folder that you may write.',
  },
  pathWrong: {
    title: 'The server sent a file whose path leads out of the folder: {path}.',
    fix: 'Is it the right server? The files before it were written.',
  },
  deleteUnsure: {
    title: 'Deleting {app} deletes its users and everything that is kept for it, for ever.',
    fix: 'Say --yes when that is meant.',
  },
  refused: { title: 'The server refused: {detail}', fix: 'Nothing was changed.' },
  providerOff: {
    title: 'The server refused: {detail}',
    fix: 'Nothing was changed. Enable the provider in auth/providers.json of the app directory and deploy it.',
  },
  functionUnknown: {
    title: 'The server refused: {detail}',
    fix: 'A function is called by the path of its file below functions/, without .js. Is it deployed?',
  },
  workersFailed: {
    title: 'The first of the workers could not start; what kept it from that stands above.',
    fix: 'Put that right and start the server again.',
  },
  noApp: {
    title: 'The server has no app yet.',
    fix: 'Give it one: `regent serve <app directory>`.',
  },
  appUnknown: { title: 'The server has no app {app}.', fix: 'It has {apps}: name one of those.' },
  appUnclear: { title: 'The server has several apps.', fix: 'Pick one with --app: {apps}.' },
  userUnknown: {
    title: 'The app {app} has no user {user}.',
    fix: 'Look for the right one with `regent users list`; who registered and never logged in is in `regent users pending list`.',
  },
  pendingUnknown: {
    title: 'The app {app} has no pending user {email}.',
    fix: 'Look for the right one with `regent users pending list`; who logged in already is in `regent users list`.',
  },
  keyUnknown: {
    title: 'The app {app} has no server key {key}.',
    fix: 'Look for the right one with `regent keys list`.',
  },
  functionFailed: {
    title: 'The function {name} failed: {detail}',
    fix: 'What it printed stands above; `regent logs --type FUNCTION` has file and line.',
  },
  secretMissing: {
    title: 'There is no value for the secret {name}.',
    fix: 'Pipe it in, as in `regent secrets set {name} < key.txt`, or name a file with --file.',
  },
  fileUnreadable: {
    title: 'The file {file} cannot be read ({detail}).',
    fix: 'Name another, or make it readable for this user.',
  },
  fileUnwritable: {
    title: 'The file {file} cannot be written ({detail}).',
    fix: 'Nothing was changed. Name one that is not there yet, in a folder of this user.',
  },
  columnsUnknown: {
    title: 'The heading of {file} has columns that are unknown, or stand there twice: {names}.',
    fix: 'Nothing was sent. Columns are {known}.',
  },
  fileThere: {
    title: 'There is a file {file} already.',
    fix: 'Name another: nothing is overwritten.',
  },
  exportCut: {
    title: 'The export was cut off before its end: {detail}',
    fix: 'Nothing is left of {file}; repeat the command.',
  },
  secretsWrong: {
    title: 'The secrets of {file} cannot be used:\n{detail}',
    fix: 'It must be JSON of names and values, as in { "googleSecret": "…" }.',
  },
  directoryRefused: { title: '{detail}', fix: 'Correct this and start again.' },
  sameApp: {
    title: '{first} and {second} are both the app {app}.',
    fix: 'Serve one of them, or give them different app_ids.',
  },
  sourcesUnreached: {
    title: 'These data sources could not be looked at: {names}.',
    fix: 'What kept it from that stands above: a wrong address or password, or a cluster that does not let this machine in.',
  },
  settingsWrong: {
    title: 'These settings cannot be used:\n{detail}',
    fix: 'Correct the variables; `regent serve --help` lists all of them.',
  },
  portInUse: {
    title: 'Port {port} on {host} is taken by another program.',
    fix: 'End that program, or choose another port with --port or REGENT_PORT (0 picks a free one).',
  },
  portForbidden: {
    title: 'This user may not listen on port {port} of {host}.',
    fix: 'Choose a port above 1023 with --port or REGENT_PORT.',
  },
  hostUnknown: {
    title: 'This machine has no address {host}.',
    fix: 'Choose another with --host or REGENT_HOST: 127.0.0.1 for this machine only, 0.0.0.0 for all networks.',
  },
  nothingThere: {
    title: 'The data folder {data} holds no store.',
    fix: 'Name the right one with --data or REGENT_DATA, or the MongoDB with --store.',
  },
  backupFailed: {
    title: 'The backup {file} could not be made: {detail}.',
    fix: 'Nothing of it is left. Is there room on the disk, and does the server still run?',
  },
  backupWrong: {
    title: 'The backup {file} cannot be used: {detail}.',
    fix: 'Take another one; nothing was replaced in a data folder.',
  },
  placeTaken: {
    title: 'There is data already: {detail}.',
    fix: 'Name an empty place, or put the backup in its stead with --replace.',
  },
  storeRefused: {
    title: 'The store is not opened: {detail}.',
    fix: 'Nothing was changed.',
  },
  folderTaken: {
    title: 'Another Regent server is using the data folder {data}{where}.',
    fix: 'Stop it first, or give this one a folder of its own with --data or REGENT_DATA.',
  },
  folderUnusable: {
    title: 'The data folder {data} cannot be used: {detail}.',
    fix: 'Make it writable for this user, or choose another with --data or REGENT_DATA.',
  },
  diskFull: {
    title: 'There is no room left for the data folder {data}.',
    fix: 'Make room on its disk and start again; nothing that was acknowledged is lost.',
  },
  storeUnusable: {
    title: 'The store cannot be opened: {detail}.',
    fix: 'Free its disk or file if something holds it; a damaged file must come back from a backup of {data}.',
  },
  masterKeyWrong: {
    title: 'The master key is not the one that the store in {data} was sealed with.',
    fix: 'Give that key, in REGENT_MASTER_KEY or {data}/master.key; without it, its secrets are lost.',
  },
  storeAway: {
    title: 'The store at {store} cannot be reached: {detail}',
    fix: 'Is it running, and does it let this machine and this user in? The address is in REGENT_STORE or --store; `regent doctor --store <address>` looks closer.',
  },
  storeUnfit: {
    title: 'The store at {store} lacks what a server needs.',
    fix: 'See the lines marked ✗ above; a replica set of MongoDB 6 or newer has all of it.',
  },
  masterKeyOther: {
    title: 'The store at {store} was sealed with another master key than the one of this server.',
    fix: 'All servers of one store need the same: give it in REGENT_MASTER_KEY, or copy master.key of the first server into {data}.',
  },
  demoStopped: { title: 'The demo stopped: {detail}', fix: '{fix}' },
  unexpected: {
    title: 'This should not have happened: {detail}',
    fix: 'Please report it with the lines above.',
  },
} as const satisfies Readonly<Record<string, Row>>

export type CliErrorCode = keyof typeof cliErrors

/** A command that is refused. `values` fill the `{name}` places of the row. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode
  readonly fix: string

  constructor(
    code: CliErrorCode,
    values: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    const fill = (text: string): string =>
      text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole)
    super(fill(cliErrors[code].title), options)
    this.code = code
    this.fix = fill(cliErrors[code].fix)
  }
}
