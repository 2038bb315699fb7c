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
  /** From now on this call may ask. */
  begin(call: number): void
  /** Asks the server for an operation of a service. Rejects with what the service says. */
  ask(request: ServiceRequest): Promise<unknown>
  settle(answer: Extract<ToThread, { kind: 'answer' | 'refusal' }>): void
  /** Forgets what the call still waits for; what it left running asks no more, and waits for ever. */
  end(): void
}

type Question = Extract<FromThread, { kind: 'service' }>

type Waiting = {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** As many sockets as the original gave a function. What is asked beyond that waits in the thread's own memory. */
const mostAtOnce = 25

/** Operations of services run in the server; they cross as messages. */
export const openServiceCalls = (send: (message: FromThread) => void): ServiceCalls => {
  const waiting = new Map<number, Waiting>()
  /** Those of them that the server was not told of yet, in order. */
  const unsent = new Map<number, Question>()
  let current: number | undefined
  let lastId = 0

  const sendNext = (): void => {
    for (const [id, question] of unsent) {
      if (waiting.size - unsent.size >= mostAtOnce) return
      unsent.delete(id)
      send(question)
    }
  }

  return {
    begin: call => {
      current = call
    },
    ask: ({ call, service, action, actor, args }) => {
      if (call !== current) return new Promise(() => {})
      const packed = packList(args)
      lastId += 1
      const id = lastId
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      waiting.set(id, { resolve, reject })
      unsent.set(id, { kind: 'service', id, call, service, action, actor, args: packed })
      sendNext()
      return promise
    },
    settle: answer => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (answer.kind === 'answer') asked?.resolve(unpack(answer.value as Packed))
      else asked?.reject(new Error(answer.message))
      sendNext()
    },
    end: () => {
      current = undefined
      waiting.clear()
      unsent.clear()
    },
  }
}
