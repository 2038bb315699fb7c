import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { startChild } from './child.ts'
import { rawRequest, runLoad } from './load.ts'
import { above, below, ms, type Row, whole } from './report.ts'
import { client, type Hello } from './server-child.ts'

const groups = 100
const watchesOfGroup = 10
const rate = 200
const connections = 8
const reachMs = 200
const service = 'mongodb-atlas'

/** Who opens the watches of a group, and writes what they see. */
type Group = {
  /** The request that opens one of its watches. */
  readonly open: Buffer
  /** The request whose event they see; `mark` is somewhere in it. */
  write(mark: string): Buffer
}

type Seen = {
  readonly delivered: number
  readonly wanted: number
  readonly p99: number
  /** Of the answers to the writes. */
  readonly answerP99: number
}

/** Events carry the time of their write: the processes of sender and receivers are one. */
const markNow = (): string => `at<${performance.now().toFixed(3)}>`
const marks = /at<([\d.]+)>/g

const openWatch = async (
  port: number,
  request: Buffer,
  seen: (at: number) => void,
): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.setEncoding('latin1')
  socket.write(request)
  const [head] = (await once(socket, 'data')) as [string]
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`watch: ${head}`)
  let rest = ''
  socket.on('data', (chunk: string) => {
    rest += chunk
    const end = rest.lastIndexOf('\n\n')
    if (end < 0) return
    for (const [, at] of rest.slice(0, end).matchAll(marks)) seen(Number(at))
    rest = rest.slice(end)
  })
  return socket
}

const measure = async (port: number, all: readonly Group[], durationMs: number): Promise<Seen> => {
  const latencies: number[] = []
  const sockets: Socket[] = []
  const seen = (at: number): void => void latencies.push(performance.now() - at)
  for (const group of all) {
    const opening = Array.from({ length: watchesOfGroup }, () => openWatch(port, group.open, seen))
    sockets.push(...(await Promise.all(opening)))
  }
  const load = (forMs: number) =>
    runLoad({
      port,
      connections,
      durationMs: forMs,
      rate,
      request: n => (all[n % all.length] as Group).write(markNow()),
    })
  const settle = async (events: number): Promise<void> => {
    for (let round = 0; round < 200 && latencies.length < events; round += 1) await pause(10)
  }

  const warm = await load(1_000)
  await settle(warm.answered * watchesOfGroup)
  latencies.length = 0
  const { answered, refused, p99: answerP99 } = await load(durationMs)
  if (refused > 0) throw new Error(`${refused} writes were refused`)
  const wanted = answered * watchesOfGroup
  await settle(wanted)
  for (const socket of sockets) socket.destroy()
  latencies.sort((a, b) => a - b)
  const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? Number.POSITIVE_INFINITY
  return { delivered: latencies.length, wanted, p99, answerP99 }
}

const bareGroups = (): Group[] =>
  Array.from({ length: groups }, (_, index) => ({
    open: rawRequest('GET', `/${index}`),
    write: mark => rawRequest('POST', `/${index}`, { body: { mark } }),
  }))

type User = { readonly token: string; readonly userId: string }

const logInAll = async ({ port, clientAppId }: Hello): Promise<User[]> => {
  const url = `http://127.0.0.1:${port}${client}/app/${clientAppId}/auth/providers/anon-user/login`
  const users: User[] = []
  for (let index = 0; index < groups; index += 1) {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url, { method: 'POST', headers, body: '{}' })
    const wire = (await answer.json()) as { access_token: string; user_id: string }
    users.push({ token: wire.access_token, userId: wire.user_id })
  }
  return users
}

const regentGroups = (
  { clientAppId }: Hello,
  users: readonly User[],
  { collection, isFiltered }: { readonly collection: string; readonly isFiltered: boolean },
): Group[] => {
  const path = `${client}/app/${clientAppId}/functions/call`
  const place = { database: 'bench', collection }
  return users.map(({ token, userId }) => {
    const filter = isFiltered ? { filter: { 'fullDocument.owner': userId } } : {}
    const call = { name: 'watch', service, arguments: [{ ...place, ...filter }] }
    const asked = encodeURIComponent(Buffer.from(JSON.stringify(call)).toString('base64'))
    return {
      open: rawRequest('GET', `${path}?baas_request=${asked}`, { token }),
      write: mark => {
        const document = { owner: userId, mark }
        const body = { name: 'insertOne', service, arguments: [{ ...place, document }] }
        return rawRequest('POST', path, { token, body })
      },
    }
  })
}

const toRows = (by: string, ours: Seen, bare: Seen): Row[] => [
  {
    what: `write to event, p99, ${whole(groups * watchesOfGroup)} watches ${by}`,
    measured: ms(ours.p99),
    reference: `its answer ${ms(ours.answerP99)}, out of memory ${ms(bare.p99)}`,
    ratio: `+ ${ms(ours.p99 - bare.p99)}`,
    reach: `≤ ${reachMs} ms`,
    missed: above(ours.p99, reachMs),
  },
  {
    what: `events delivered to watches ${by}`,
    measured: whole(ours.delivered),
    reference: `${rate} writes/s, ${watchesOfGroup} see each`,
    ratio: `of ${whole(ours.wanted)}`,
    reach: 'all',
    missed: below(ours.delivered, ours.wanted),
  },
]

/** A thousand open watches, and what it takes until a write is seen by the ten that it is for. */
export const benchWatch = async (durationMs: number): Promise<Row[]> => {
  const bare = await startChild<{ port: number }>('./servers/bare-watch.ts')
  const floor = await measure(bare.hello.port, bareGroups(), durationMs).finally(() => bare.stop())
  const regent = await startChild<Hello>('./servers/watch.ts')
  try {
    const users = await logInAll(regent.hello)
    const run = (collection: string, isFiltered: boolean): Promise<Seen> =>
      measure(
        regent.hello.port,
        regentGroups(regent.hello, users, { collection, isFiltered }),
        durationMs,
      )
    const filtered = await run('open', true)
    const ruled = await run('owned', false)
    return [...toRows('by filter', filtered, floor), ...toRows('by rules', ruled, floor)]
  } finally {
    await regent.stop()
  }
}
