import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from './certificate.ts'

/** A web server on loopback that answers as a test says. */
export type Web = AsyncDisposable & {
  readonly url: string
  readonly port: number
  /** Connections so far. */
  connections(): number
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  stop(): Promise<void>
}

/** The server of a test, on `127.0.0.1` or another loopback address; with a certificate it speaks TLS. */
export const startWeb = async (
  answer: RequestListener,
  { certificate, host = '127.0.0.1', port = 0 }: WebOptions = {},
): Promise<Web> => {
  const asked: string[] = []
  let connections = 0
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  }
  const server: Server = certificate
    ? createTlsServer(certificate, listener)
    : createServer(listener)
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  const { port: taken } = server.address() as AddressInfo
  const stop = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const name = host.includes(':') ? `[${host}]` : host
  return {
    url: `${certificate ? 'https' : 'http'}://${certificate ? 'localhost' : name}:${taken}`,
    port: taken,
    connections: () => connections,
    asked,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

type WebOptions = {
  readonly certificate?: Certificate
  readonly host?: string
  readonly port?: number
}
