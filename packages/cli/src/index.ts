export { runCli } from './cli.ts'
export { CliError, type CliErrorCode, cliErrors } from './errors.ts'
export { openTerminal, type Terminal } from './terminal.ts'
