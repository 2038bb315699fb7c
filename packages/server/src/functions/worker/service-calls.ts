import type { Actor, FromThread, Packed, ToThread } from '../messages.ts'
import { packList, unpack } from '../packing.ts'

export type ServiceRequest = {
  readonly call: number
  readonly service: string
  readonly action: string
  readonly actor: Actor
  readonly args: readonly unknown[]
}

export type ServiceCalls = {
  /** Asks the server for an operation of a service. Rejects with what the service says. */
  ask(request: ServiceRequest): Promise<unknown>
  settle(answer: Extract<ToThread, { kind: 'answer' | 'refusal' }>): void
  /** Forgets what an ended call still waits for. */
  forget(call: number): void
}

type Waiting = {
  readonly call: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Operations of services run in the server; they cross as messages. */
export const openServiceCalls = (send: (message: FromThread) => void): ServiceCalls => {
  const waiting = new Map<number, Waiting>()
  let lastId = 0

  return {
    ask: ({ call, service, action, actor, args }) => {
      const packed = packList(args)
      lastId += 1
      const id = lastId
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      waiting.set(id, { call, resolve, reject })
      send({ kind: 'service', id, call, service, action, actor, args: packed })
      return promise
    },
    settle: answer => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (answer.kind === 'answer') asked?.resolve(unpack(answer.value as Packed))
      else asked?.reject(new Error(answer.message))
    },
    forget: call => {
      for (const [id, asked] of waiting) if (asked.call === call) waiting.delete(id)
    },
  }
}
