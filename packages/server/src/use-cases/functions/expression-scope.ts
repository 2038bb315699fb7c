import type { Document } from 'bson'
import type { Scope } from '../../data/expressions/expansion.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { User } from '../../domain/user.ts'
import { toUserObject } from '../../domain/user-object.ts'
import type { FunctionRequest } from '../../functions/call.ts'

/** Who asks for something that an expression decides on, and how. */
export type Asker = {
  readonly user: User
  readonly request?: FunctionRequest | undefined
}

/** The app's values by name. Secrets are read only if the expression may name them. */
const readValues = async (
  { appSecrets }: Deps,
  app: App,
  expression: unknown,
): Promise<Record<string, unknown>> => {
  if (app.values.length === 0) return {}
  const text = JSON.stringify(expression) ?? ''
  const wanted = app.values.filter(({ name }) => text.includes(`%%values.${name}`))
  return Object.fromEntries(
    await Promise.all(
      wanted.map(async ({ name, value, fromSecret }) => [
        name,
        fromSecret ? await appSecrets.read(app.id, String(value)) : value,
      ]),
    ),
  )
}

/** Read only for an expression that may name it, fresh. */
const readCustomData = async (
  { data }: Deps,
  app: App,
  { expression, asker }: { readonly expression: unknown; readonly asker: Asker },
): Promise<Document | undefined> =>
  app.customUserData && JSON.stringify(expression)?.includes('custom_data')
    ? data.readCustomData(app, asker.user.id)
    : undefined

/** What the `%%` names of an expression stand for when this user asks. */
export const expressionScope = async (
  deps: Deps,
  app: App,
  { expression, asker }: { readonly expression: unknown; readonly asker: Asker },
): Promise<Scope> => ({
  user: toUserObject(asker.user, await readCustomData(deps, app, { expression, asker })),
  request: asker.request ?? {},
  values: await readValues(deps, app, expression),
  environment: app.environment,
})
