import { randomInt } from 'node:crypto'
import { adminPaths } from '@regent/protocol/paths'
import type { Child } from '../child.ts'
import { above, ms, type Row, times, whole } from '../report.ts'
import { type Hello, startRegent } from '../server-child.ts'
import type { MadePeople } from '../servers/people.ts'

const few = 1_000
const many = Number(process.env.REGENT_BENCH_USERS ?? 1_000_000)
const most = 50
/** A number is counted row by row, and nobody waits for it to type on. */
const mostToCount = 500

const year = (): number => 2024 + randomInt(3)
const day = (): string => `${year()}-0${1 + randomInt(9)}-1${randomInt(10)}`
const anyOf = <Value>(values: readonly Value[]): Value => values[randomInt(values.length)] as Value

const counting = 'number of users'

/** One question of each kind that an operator asks. */
const kinds: Readonly<Record<string, (people: MadePeople) => string>> = {
  'list of users': ({ ids }) => `?after=${anyOf(ids)}&limit=50`,
  'search by e-mail': () =>
    `/search?email_prefix=${anyOf(['ada', 'bob.1', 'eve.77', 'jan.12345', 'nobody'])}`,
  'search by auth provider': () =>
    `/search?provider_types=${anyOf(['custom-token', 'oauth2-google,custom-token'])}`,
  'search by state': () => `/search?status=${anyOf(['disabled', 'enabled', 'deleting'])}`,
  'search by dates': () =>
    anyOf([`/search?created_from=${day()}`, `/search?last_login_until=${day()}&desc=true`]),
  'search, sorted': () =>
    `/search?sort=${anyOf(['created', 'last_login', 'email', '_id'])}&desc=${anyOf(['true', 'false'])}`,
  'search by state and provider': () =>
    '/search?status=disabled&provider_types=custom-token&sort=_id',
  [counting]: () => '_count',
}

const ask = async ({ hello }: Child<Hello>, people: MadePeople, query: string): Promise<number> => {
  const path = adminPaths.users(people.projectId, people.appId)
  const started = performance.now()
  const answer = await fetch(`http://127.0.0.1:${hello.port}${path}${query}`, {
    headers: { authorization: `Bearer ${people.operatorKey}` },
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${text}`)
  return performance.now() - started
}

/** The time that 99 of 100 questions take at most, two at a time. */
const p99 = async (
  regent: Child<Hello>,
  people: MadePeople,
  { query, count }: { readonly query: (people: MadePeople) => string; readonly count: number },
): Promise<number> => {
  const times: number[] = []
  const askMany = async (): Promise<void> => {
    while (times.length < count) times.push(await ask(regent, people, query(people)))
  }
  await ask(regent, people, query(people))
  await Promise.all([askMany(), askMany()])
  times.sort((a, b) => a - b)
  return times[Math.ceil(times.length * 0.99) - 1] ?? 0
}

/** Lists and searches among a million users, beside those among a thousand. */
export const benchUsers = async (count = 300): Promise<Row[]> => {
  const [small, large] = [await startRegent(), await startRegent()]
  try {
    const { said: fewPeople } = await small.ask<{ said: MadePeople }>({ ask: 'people', count: few })
    const { said: manyPeople } = await large.ask<{ said: MadePeople }>({
      ask: 'people',
      count: many,
    })
    const rows: Row[] = []
    for (const [what, query] of Object.entries(kinds)) {
      const fewMs = await p99(small, fewPeople, { query, count })
      const manyMs = await p99(large, manyPeople, { query, count })
      const reach = what === counting ? mostToCount : most
      rows.push({
        what: `${what}, ${whole(many)} users`,
        measured: `p99 ${ms(manyMs)}`,
        reference: `${whole(few)} users ${ms(fewMs)}`,
        ratio: times(manyMs / fewMs),
        reach: `≤ ${reach} ms`,
        missed: above(manyMs, reach),
      })
    }
    return rows
  } finally {
    await Promise.all([small.stop(), large.stop()])
  }
}
