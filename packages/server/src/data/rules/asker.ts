import { stringifyEjson } from '@regent/protocol'
import type { Document } from 'bson'
import type { App } from '../../domain/app.ts'
import { toUserObject } from '../../domain/user-object.ts'
import type { Actor } from '../actor.ts'
import type { Scope } from '../expressions/expansion.ts'
import type { CallFunction } from '../expressions/function-results.ts'
import type { RulePlan } from './rule-plan.ts'

/** A user who asks for something that rules decide on. */
export type Asking = Extract<Actor, { readonly kind: 'user' }>

/** What rules may have to know, beside the documents. */
export type JudgeParts = {
  /** Text of a secret of the app. */
  readonly readSecret: (appId: string, name: string) => Promise<string | undefined>
  /** Calls a function of the app as the user; private ones too. */
  readonly callFunction: (
    app: App,
    call: { readonly name: string; readonly args: readonly unknown[]; readonly asking: Asking },
  ) => Promise<unknown>
  /** The user's custom data as it is now. */
  readonly readCustomData: (app: App, userId: string) => Promise<Document | undefined>
}

const readValues = async (
  { readSecret }: JudgeParts,
  app: App,
  names: ReadonlySet<string>,
): Promise<Record<string, unknown>> => {
  const wanted = app.values.filter(({ name }) => names.has(name))
  return Object.fromEntries(
    await Promise.all(
      wanted.map(async ({ name, value, fromSecret }) => [
        name,
        fromSecret ? await readSecret(app.id, String(value)) : value,
      ]),
    ),
  )
}

/** What the `%%` names of a collection's rules stand for when the user asks, without a document. */
export const scopeOf = async (
  parts: JudgeParts,
  app: App,
  { plan, asking }: { readonly plan: RulePlan; readonly asking: Asking },
): Promise<Scope> => {
  const { user, request = {} } = asking
  const customData = plan.readsCustomData ? await parts.readCustomData(app, user.id) : undefined
  return {
    user: toUserObject(user, customData),
    request,
    values: plan.values.size === 0 ? {} : await readValues(parts, app, plan.values),
    environment: app.environment,
  }
}

/** Calls functions as the user, each once with the same arguments, as long as one operation lasts. */
export const rememberCalls = (
  { callFunction }: JudgeParts,
  app: App,
  asking: Asking,
): CallFunction => {
  const results = new Map<string, Promise<unknown>>()
  return (name, args) => {
    const key = stringifyEjson([name, ...args])
    let result = results.get(key)
    if (result === undefined) {
      result = callFunction(app, { name, args, asking })
      results.set(key, result)
    }
    return result
  }
}
