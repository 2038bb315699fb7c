import type { ZodType } from 'zod'
import { z } from 'zod'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import { findItem, type Items } from '../../../apps/items/items.ts'
import type { Deps } from '../../../deps.ts'
import type { App } from '../../../domain/app.ts'
import { toSeconds } from '../../to-seconds.ts'
import { type AdminRoute, appRoute } from '../route.ts'

type Id = { readonly _id: string }

/** How the things of one kind are served. */
export type ItemTable<Body extends ZodType, Wire extends Id> = {
  /** In operation names: `Value`, `Values`. */
  readonly noun: readonly [one: string, many: string]
  /** In sentences: `value`, `values`. */
  readonly words: readonly [one: string, many: string]
  readonly tag: string
  readonly all: string
  readonly one: string
  /** The parameter of `one` that holds the id. */
  readonly id: string
  readonly items: Items<z.infer<Body>, Wire>
  readonly body: Body
  readonly listed: ZodType
  readonly whole: ZodType
  readonly changed: 200 | 204
  /** Of a whole one what a list shows. */
  readonly toListed?: (item: Wire) => object
}

/** When the app was deployed: its things have no dates of their own. */
export const deployed = <T extends object>(
  item: T,
  { deployedAt }: Pick<App, 'deployedAt'>,
): T & { last_modified: number } => ({ ...item, last_modified: toSeconds(deployedAt) })

/** As `deployed`, for what was changed a moment ago. */
export const changedNow = <T extends object>(
  item: T,
  { now }: Pick<Deps, 'now'>,
): T & { last_modified: number } => ({ ...item, last_modified: toSeconds(now()) })

/** List, make, show, replace and delete: the rows of a noun that is one of several in an app's directory. */
export const itemRoutes = <Body extends ZodType, Wire extends Id>(
  table: ItemTable<Body, Wire>,
): readonly AdminRoute[] => [...listing(table), ...changes(table)]

const listing = <Body extends ZodType, Wire extends Id>({
  items,
  tag,
  noun,
  words,
  toListed = item => item,
  ...table
}: ItemTable<Body, Wire>): AdminRoute[] => [
  appRoute({
    method: 'GET',
    path: table.all,
    operation: `list${noun[1]}`,
    summary: `The ${words[1]} of the app.`,
    tag,
    access: 'read',
    answer: { status: 200, shape: z.array(table.listed) },
    handle: async ({ deps, app, operator }) => {
      const definition = await readDefinition(deps, app, operator)
      return items.list(definition).map(item => deployed(toListed(item), app))
    },
  }),
  appRoute({
    method: 'GET',
    path: table.one,
    operation: `get${noun[0]}`,
    summary: `One of the ${words[1]}, whole.`,
    tag,
    access: 'read',
    answer: { status: 200, shape: table.whole },
    handle: async ({ deps, app, operator, params }) => {
      const definition = await readDefinition(deps, app, operator)
      return deployed(findItem(items, definition, params[table.id] ?? ''), app)
    },
  }),
]

const changes = <Body extends ZodType, Wire extends Id>({
  items,
  tag,
  noun,
  words,
  ...table
}: ItemTable<Body, Wire>): AdminRoute[] => [
  appRoute({
    method: 'POST',
    path: table.all,
    operation: `create${noun[0]}`,
    summary: `Makes a ${words[0]}.`,
    tag,
    access: 'write',
    body: table.body,
    answer: { status: 201, shape: table.whole },
    handle: async ({ deps, app, operator, body }) =>
      changedNow(
        await changeApp(deps, app, operator, definition => items.insert(definition, body)),
        deps,
      ),
  }),
  appRoute({
    method: 'PUT',
    path: table.one,
    operation: `replace${noun[0]}`,
    summary: `Puts another ${words[0]} in the place of this one, which keeps its id.`,
    tag,
    access: 'write',
    body: table.body,
    answer: table.changed === 204 ? { status: 204 } : { status: 200, shape: table.whole },
    handle: async ({ deps, app, operator, params, body }) =>
      changedNow(
        await changeApp(deps, app, operator, definition =>
          items.replace(definition, params[table.id] ?? '', body),
        ),
        deps,
      ),
  }),
  appRoute({
    method: 'DELETE',
    path: table.one,
    operation: `delete${noun[0]}`,
    summary: `Deletes a ${words[0]}. What the app still needs is not deleted.`,
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params }) =>
      changeApp(deps, app, operator, definition =>
        items.remove(definition, params[table.id] ?? ''),
      ),
  }),
]
