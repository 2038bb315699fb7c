import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ZodType, z } from 'zod'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { Operator } from '../../domain/operator.ts'
import type { HttpContext } from '../../http/context.ts'

/** What a route answers when all went well. */
export type Answer =
  | { readonly status: 200 | 201 | 202; readonly shape: ZodType }
  | { readonly status: 204 }
  | { readonly status: 200; readonly contentType: string }

/** What a handler is given. `params` are those of the path, by name. */
export type AdminCall<Body = unknown, Query = unknown> = {
  readonly deps: Deps
  readonly context: HttpContext
  /** Who asks; of a route that takes no access token, nobody. */
  readonly operator: Operator
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

type Facts = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Pattern, as `adminPaths` writes it for ids like `':appId'`. */
  readonly path: string
  /** Name of its own among all routes, in camel case: what OpenAPI and the audit trail call it. */
  readonly operation: string
  /** One sentence for the reference. */
  readonly summary: string
  /** The noun it is about, as the reference groups it. */
  readonly tag: string
  /** `open` and `refresh` take no operator's access token; `write` takes one with full rights. */
  readonly access: 'open' | 'refresh' | 'read' | 'write'
  readonly answer: Answer
  /** Bytes; default that of the server. */
  readonly bodyLimit?: number
  /**
   * Content type of a body that is no JSON. `request.body` is then the stream of its bytes, whatever type was sent, and
   * nothing bounds it but the handler.
   */
  readonly takes?: string
}

/** One row of the Admin API: the routes, their checks and OpenAPI are made from it. */
export type AdminRoute = Facts & {
  readonly query?: ZodType
  readonly body?: ZodType
  readonly isOfApp: boolean
  handle(call: AdminCall & { readonly app?: App }): Promise<unknown>
}

type Typed<Body extends ZodType, Query extends ZodType, More> = Facts & {
  /** Of the query string; parameters that it does not name are ignored. */
  readonly query?: Query
  readonly body?: Body
  handle(call: AdminCall<z.infer<Body>, z.infer<Query>> & More): Promise<unknown>
}

/** A route that is about no app. */
export const adminRoute = <Body extends ZodType, Query extends ZodType>(
  route: Typed<Body, Query, unknown>,
): AdminRoute => ({ ...route, isOfApp: false }) as unknown as AdminRoute

/** A route below `/apps/:appId`; its handler is given the app. An unknown one is refused with `adminAppNotFound`. */
export const appRoute = <Body extends ZodType, Query extends ZodType>(
  route: Typed<Body, Query, { readonly app: App }>,
): AdminRoute => ({ ...route, isOfApp: true }) as unknown as AdminRoute
