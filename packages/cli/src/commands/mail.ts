import type { MailboxLetter } from '@regent/sdk/admin'
import { optionText, type Run } from '../command.ts'
import { toLine, toLines, toTime, writeJson } from '../output.ts'
import { findApp, findServer } from '../running-server.ts'
import type { Terminal } from '../terminal.ts'
import { readLimit } from './read-limit.ts'

export const run: Run = async (input, terminal) => {
  const limit = readLimit(input, { command: 'dev mail ', absent: 10 })
  const to = optionText(input, 'to')?.toLowerCase()
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)

  const letters = (await server.ask(server.admin.mailbox.list(app)))
    .filter(letter => to === undefined || letter.to.toLowerCase() === to)
    .slice(0, limit)

  if (input.options.json) return writeJson(terminal, letters)
  if (letters.length === 0) {
    terminal.write('The mailbox is empty. It keeps letters when REGENT_MAIL is not set.\n')
  }
  for (const letter of letters) writeLetter(letter, terminal)
}

const writeLetter = (letter: MailboxLetter, { write, paint }: Terminal): void => {
  const head = [
    ['to', letter.to],
    ['subject', letter.subject],
    ['sent', toTime(letter.sentAt)],
    ['link', letter.link],
  ] as const
  for (const [name, value] of head) write(`${paint('dim', name.padEnd(8))} ${toLine(value)}\n`)
  write(`\n${toLines(letter.text).trim().replace(/^/gm, '  ')}\n\n`)
}
