import type { Examination } from '@regent/server'
import { type CommandInput, optionText, type Run } from '../command.ts'
import { CliError } from '../errors.ts'
import { toCount, toLine, writeJson } from '../output.ts'
import type { Terminal } from '../terminal.ts'

const readAddress = (input: CommandInput, { env }: Terminal): string => {
  const address = optionText(input, 'store') ?? env.REGENT_STORE
  if (address) return address
  throw new CliError('wrongUse', {
    detail: 'name the cluster to look at, as in --store mongodb://host',
    command: 'doctor ',
  })
}

const examine = async (address: string, terminal: Terminal): Promise<Examination> => {
  const { examineStore, shownAddress } = await import('@regent/server')
  const { complain, paint } = terminal
  const store = shownAddress(address)
  complain(`Looking at ${store}, in databases regent_doctor_… that are dropped again.\n`)
  let group = ''
  try {
    return await examineStore(address, (done, all, result) => {
      if (result.group === group && done < all) return
      if (group !== '') complain(paint('dim', `  ${done - 1} of ${all}: ${group} done\n`))
      group = result.group
    })
  } catch (cause) {
    if (cause instanceof TypeError) {
      throw new CliError('settingsWrong', { detail: `  ${cause.message}` }, { cause })
    }
    if (!(cause instanceof Error) || cause.name !== 'DocumentsError') throw cause
    throw new CliError('storeAway', { store, detail: cause.message }, { cause })
  }
}

const yesOrNo = (
  { paint }: Terminal,
  isSo: boolean,
  { yes, no }: { readonly yes: string; readonly no: string },
): string => (isSo ? `${paint('green', '✓')} ${yes}\n` : `${paint('yellow', '!')} ${no}\n`)

const report = async (found: Examination, terminal: Terminal): Promise<void> => {
  const { write, paint } = terminal
  const { isNeeded } = await import('@regent/server')
  const { offers, passed, failed, isFit } = found
  write(`\n${paint('bold', found.store)}: MongoDB ${toLine(offers.server ?? '')}\n\n`)
  write(
    yesOrNo(terminal, offers.changeStreams, {
      yes: 'change streams: watch works',
      no: 'no change streams: watch will not work on data in this cluster. It takes a replica set, which may have one member.',
    }),
  )
  write(
    yesOrNo(terminal, offers.transactions, {
      yes: 'transactions (the server does not need them)',
      no: 'no transactions: the server does not need them',
    }),
  )
  write(`${paint('green', '✓')} ${toPassed(passed)}\n`)
  for (const result of failed) {
    const mark = isNeeded(result) ? paint('red', '✗') : paint('yellow', '!')
    write(`${mark} ${result.group}: ${result.name}\n`)
    write(`    ${toLine(result.reason ?? '').slice(0, 300)}\n`)
  }
  write(`\n${verdict(isFit, failed.length)}\n`)
}

const toPassed = (count: number): string => `${toCount(count, 'fact')} of the contract hold`

const verdict = (isFit: boolean, differences: number): string => {
  if (!isFit) return 'This cluster cannot keep the store: what is marked ✗ is needed.'
  if (differences === 0) return 'This cluster can keep the store, and answers as MongoDB does.'
  return `This cluster can keep the store. What is marked ! it answers otherwise than MongoDB: apps that count on it behave differently there.`
}

export const run: Run = async (input, terminal) => {
  const found = await examine(readAddress(input, terminal), terminal)
  if (input.options.json) writeJson(terminal, found)
  else await report(found, terminal)
  if (!found.isFit) throw new CliError('storeUnfit', { store: found.store })
}
