import { setTimeout } from 'node:timers/promises'
import type { AdminKeys } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { writeJson } from '../../output.ts'
import { type FoundServer, findServer } from '../../running-server.ts'
import type { Terminal } from '../../terminal.ts'
import { writeKeys } from './write-keys.ts'

const lookEveryMs = 1_000
/** What is not sealed anew by then goes on without somebody watching. */
const patienceMs = 120_000

/** Waits while the server seals everything anew. */
const waitForSealing = async (
  { admin, ask }: FoundServer,
  { complain }: Terminal,
): Promise<AdminKeys> => {
  const until = performance.now() + patienceMs
  complain('Sealing everything anew; this goes on without this command, too.\n')
  for (;;) {
    const keys = await ask(admin.maintenance.keys())
    if (keys.isResealed || performance.now() > until) return keys
    await setTimeout(lookEveryMs)
  }
}

const readWhat = ({ options }: CommandInput): 'signing' | 'master' | 'finish' => {
  const wanted = (['signing', 'master', 'finish'] as const).filter(name => options[name])
  const [what] = wanted
  if (what !== undefined && wanted.length === 1) return what
  throw new CliError('wrongUse', {
    detail: 'Say what is to be rotated: --signing or --master, or --finish.',
    command: 'keys rotate ',
  })
}

const rotate = async (
  input: CommandInput,
  server: FoundServer,
  terminal: Terminal,
): Promise<AdminKeys> => {
  const { maintenance } = server.admin
  const what = readWhat(input)
  if (what === 'finish') return server.ask(maintenance.finishKeys())
  if (what === 'signing') {
    const atOnce = input.options.atOnce === true
    return server.ask(maintenance.rotateSigningKeys({ app: optionText(input, 'app'), atOnce }))
  }
  await server.ask(maintenance.rotateMasterKey())
  return waitForSealing(server, terminal)
}

export const run: Run = async (input, terminal) => {
  readWhat(input)
  const server = await findServer(input, terminal)
  const keys = await rotate(input, server, terminal)
  if (input.options.json) writeJson(terminal, keys)
  else writeKeys(terminal, keys)
}
