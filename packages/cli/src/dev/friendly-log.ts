import { toLine } from '../output.ts'
import type { Terminal } from '../terminal.ts'

type Entry = Readonly<Record<string, unknown>>

/** Messages of the server that the banner or a line of our own says already. */
const silent = [
  'listening',
  'deployed',
  'runs already',
  'not deployed: it was deployed before, and something newer runs',
  'parts of the app are not served',
]

/** Paths that machines ask all the time; only their failures are worth a line. */
const quiet = ['/healthz', '/readyz']

/** Turns the server's JSON log lines into lines for people. */
export const createFriendlyLog = (terminal: Terminal): { write(line: string): void } => ({
  write: line => {
    const text = describeEntry(readEntry(line), terminal)
    if (text !== undefined) terminal.write(text)
  },
})

const readEntry = (line: string): Entry => {
  try {
    return JSON.parse(line) as Entry
  } catch {
    return { msg: line.trim(), level: 30 }
  }
}

const describeEntry = (entry: Entry, { paint }: Terminal): string | undefined => {
  const message = String(entry.msg ?? '')
  if (silent.includes(message)) return undefined
  const time = paint('dim', toClock(Number(entry.time)))
  if (message === 'request') {
    const request = describeRequest(entry, paint)
    return request && `${time}  ${request}\n`
  }
  if (message === 'letter') {
    const { to, subject, link } = entry
    return `${time}  ${paint('cyan', 'letter')} to ${toLine(String(to))}: ${toLine(String(subject))}\n${' '.repeat(10)}${toLine(String(link))}\n`
  }
  return `${time}  ${describeOther(entry, message, paint)}\n`
}

const describeRequest = (entry: Entry, paint: Terminal['paint']): string | undefined => {
  const { method, path, status, ms, refusal } = entry
  const code = Number(status)
  if (quiet.includes(String(path)) && code < 400) return undefined
  const color = code >= 500 ? 'red' : code >= 400 ? 'yellow' : 'green'
  const short = toLine(String(path))
    .replace(/^\/api\/client\/v2\.0(\/app\/[^/]+)?\//, '')
    .replace(/^\/api\/(admin)\/v3\.0(?:\/groups\/[0-9a-f]{24})?/, '$1')
    .replace(/\/apps\/[0-9a-f]{24}/, '/app')
  const reason = refusal === undefined ? '' : `  ${paint('yellow', toLine(String(refusal)))}`
  const said = `${paint(color, String(status))} ${String(method).padEnd(6)} ${short}`
  return `${said}  ${paint('dim', `${ms} ms`)}${reason}`
}

const describeOther = (entry: Entry, message: string, paint: Terminal['paint']): string => {
  const { level, time: _time, msg: _msg, err, ...fields } = entry
  const word =
    Number(level) >= 50 ? paint('red', 'error') : Number(level) >= 40 ? paint('yellow', 'note') : ''
  const details = Object.entries(fields).map(
    ([name, value]) =>
      `${name} ${typeof value === 'string' ? toLine(value) : JSON.stringify(value)}`,
  )
  const cause =
    typeof err === 'object' && err !== null && 'message' in err ? [toLine(String(err.message))] : []
  const said = [...cause, ...details].join(', ')
  return `${word && `${word} `}${toLine(message)}${said && paint('dim', `  ${said}`)}`
}

const toClock = (time: number): string =>
  new Date(Number.isFinite(time) ? time : Date.now()).toTimeString().slice(0, 8)
