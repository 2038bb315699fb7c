import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { atFirstRequest } from '../../src/http/at-first-request.ts'

const hello: RequestListener = (_request, response) => response.end('hello')

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async () => (await fetch(`http://127.0.0.1:${port}`)).text()
  return {
    ask,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

it('loads once, for all who ask meanwhile', async () => {
  let loads = 0
  const { promise, resolve } = Promise.withResolvers<RequestListener>()
  const load = (): Promise<RequestListener> => {
    loads += 1
    return promise
  }
  await using server = await serve(atFirstRequest(load, () => {}))
  expect(loads).toBe(0)

  const asked = [server.ask(), server.ask(), server.ask()]
  resolve(hello)

  expect(await Promise.all(asked)).toEqual(['hello', 'hello', 'hello'])
  expect(await server.ask()).toBe('hello')
  expect(loads).toBe(1)
})

it('tries again after it could not be loaded, and tells why', async () => {
  const failures: unknown[] = []
  let isBroken = true
  const load = async (): Promise<RequestListener> => {
    if (isBroken) throw new Error('no disk')
    return hello
  }
  await using server = await serve(atFirstRequest(load, error => failures.push(error)))

  await expect(server.ask()).rejects.toThrow()
  expect(failures).toEqual([new Error('no disk')])
  isBroken = false
  expect(await server.ask()).toBe('hello')
})
