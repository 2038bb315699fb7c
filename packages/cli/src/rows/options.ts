export const data = [
  '--data <folder>',
  'data folder of the server (REGENT_DATA, default ./.regent)',
] as const
export const app = ['--app <id>', 'client app id; not needed when the server has one app'] as const
export const json = ['--json', 'print JSON'] as const
export const store = [
  '--store <address>',
  'MongoDB of the store, where no server runs on the data folder (REGENT_STORE)',
] as const
