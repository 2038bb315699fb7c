import { connect, createServer, type Socket } from 'node:net'

/** Stands before a MongoDB and can be made to behave badly. */
export type Proxy = AsyncDisposable & {
  readonly port: number
  /** Hands everything on, so many milliseconds later. */
  pass(delayMs?: number): void
  /** Takes connections and says nothing more on any. */
  hang(): void
  /** Ends every connection, those that come too. */
  refuse(): void
}

type Manner = 'pass' | 'hang' | 'refuse'

const handOn = (from: Socket, to: Socket, mayPass: () => { passes: boolean; delayMs: number }) => {
  from.on('data', chunk => {
    const { passes, delayMs } = mayPass()
    if (!passes) return
    if (delayMs === 0) to.write(chunk)
    else setTimeout(() => to.writable && to.write(chunk), delayMs)
  })
  from.on('error', () => {})
  from.on('close', () => to.destroy())
}

export const openProxy = async (target: {
  readonly host: string
  readonly port: number
}): Promise<Proxy> => {
  const sockets = new Set<Socket>()
  let manner: Manner = 'pass'
  let delayMs = 0

  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer({ noDelay: true }, socket => {
    if (manner === 'refuse') {
      socket.destroy()
      return
    }
    const behind = connect({ ...target, noDelay: true })
    keep(socket)
    keep(behind)
    // What was swallowed is never made up for: such a connection stays silent.
    let isBroken = false
    const mayPass = () => {
      isBroken ||= manner === 'hang'
      return { passes: !isBroken, delayMs }
    }
    handOn(socket, behind, mayPass)
    handOn(behind, socket, mayPass)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as { port: number }).port,
    pass: (ms = 0) => {
      manner = 'pass'
      delayMs = ms
    },
    hang: () => {
      manner = 'hang'
    },
    refuse: () => {
      manner = 'refuse'
      for (const socket of sockets) socket.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise(resolve => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
