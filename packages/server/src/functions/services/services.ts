import type { App } from '../../domain/app.ts'
import type { User } from '../../domain/user.ts'
import type { Outbound } from '../../security/outbound.ts'
import type { Actor, ToThread } from '../messages.ts'
import { pack, unpackExact, unpackList } from '../packing.ts'
import type { ServiceMessage } from '../pool/task.ts'
import { sendHttp } from './http.ts'

export type ServiceRequest = {
  readonly app: App
  /** Name of the data source. */
  readonly service: string
  /** `findOne`, `insertMany` … */
  readonly action: string
  /** BSON values, numbers in their classes. The first says `database` and `collection`. */
  readonly args: readonly unknown[]
  /** Whose rights count; `undefined` is the system, which rules do not bind. */
  readonly user: User | undefined
}

/** Answers an operation of a service that a function asked for, with a BSON value; what it throws, the function sees. */
export type ServiceHandler = (request: ServiceRequest) => Promise<unknown>

export type Services = {
  answer(app: App, message: ServiceMessage): Promise<ToThread>
}

type Parts = {
  readonly outbound: Pick<Outbound, 'send'>
  readonly findUser: (appId: string, userId: string) => Promise<User | undefined>
  readonly dataSource?: ServiceHandler
}

export const openServices = ({ outbound, findUser, dataSource }: Parts): Services => {
  const findActor = async (app: App, actor: Actor): Promise<User | undefined> => {
    if ('system' in actor) return undefined
    const user = await findUser(app.id, actor.userId)
    if (user === undefined) throw new Error(`the user to run as is not there: '${actor.userId}'`)
    return user
  }

  const run = async (app: App, message: ServiceMessage): Promise<unknown> => {
    const { service, action, actor } = message
    if (service === 'http') return sendHttp(outbound, action, unpackList(message.args)[0])
    if (dataSource === undefined) throw new Error(`service not found: '${service}'`)
    const args = unpackExact(message.args)
    return dataSource({ app, service, action, args, user: await findActor(app, actor) })
  }

  return {
    answer: async (app, message) => {
      const { id } = message
      try {
        return { kind: 'answer', id, value: pack(await run(app, message)) }
      } catch (error) {
        return { kind: 'refusal', id, message: error instanceof Error ? error.message : `${error}` }
      }
    },
  }
}
