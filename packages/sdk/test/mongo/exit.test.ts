import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { startWireServer, type WireServer } from '../wire-server.ts'
import { isWatch, serveWatches, tellAfter } from './watched.ts'

const entry = new URL('../../src/index.ts', import.meta.url).href

/** Runs a program with a logged-in user's collection; resolves when its process is over. */
const run = async (server: WireServer, statements: string) => {
  const program = `
    import { App, Credentials } from '${entry}'
    const metadata = { mode: 'inMemory' }
    const app = new App({ id: 'test-aaaaa', baseUrl: '${server.url}', metadata })
    const user = await app.logIn(Credentials.emailPassword('ada', 'password'))
    const plants = user.mongoClient('mongodb-atlas').db('shop').collection('plants')
    const begun = performance.now()
    ${statements}
    process.on('exit', () => console.log(Math.round(performance.now() - begun)))`
  const options = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...options, '--input-type=module', '--eval', program])
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { err, milliseconds: Number(out.trim()) }
}

describe('a program that watched', () => {
  it('ends as soon as nobody watches any more', async () => {
    await using server = await startWireServer()
    const watches = serveWatches(server)
    const tell = watches.next().then(watch => tellAfter(watch, 1))

    const { err, milliseconds } = await run(
      server,
      `for await (const change of plants.watch()) break
      const other = plants.watch()
      const next = other.next()
      await other.return()
      await next`,
    )

    await tell
    expect(err).toBe('')
    expect(milliseconds).toBeLessThan(2_500)
  })

  it('ends also while the server is away and the stream waits for it', async () => {
    await using server = await startWireServer()
    const watches = serveWatches(server)
    const lose = watches.next().then(({ response }) => {
      server.answerWith(seen => (isWatch(seen) ? { status: 503, body: {} } : undefined))
      response.destroy()
    })

    const { err, milliseconds } = await run(
      server,
      `const changes = plants.watch()
      await changes.open()
      const next = changes.next()
      await new Promise(resolve => setTimeout(resolve, 800))
      await changes.return()
      console.error((await next).done)`,
    )

    await lose
    expect(err).toBe('true\n')
    expect(milliseconds).toBeLessThan(4_000)
  })
})
