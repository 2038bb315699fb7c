import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'

/** Path of a thing of an app. */
export type PathOfOne = (projectId: string, appId: string, id: string) => string

/** Where things of one kind are. */
export type ItemPaths = {
  readonly all: (projectId: string, appId: string) => string
  readonly one: PathOfOne
}

/**
 * Things of one kind of an app, in the words of the app directory. Each change is deployed at once, or goes into the
 * draft while there is one.
 */
export type Items<Body, Listed, Whole, Made = Listed> = {
  list(app: AdminApp): Promise<readonly Listed[]>
  /** @throws AdminError when there is none of this id */
  get(app: AdminApp, id: string): Promise<Whole>
  /** @throws AdminError when its name is taken, or the app would not be whole with it */
  create(app: AdminApp, item: Body): Promise<Made>
  /** @throws AdminError as `create` and `get` do */
  replace(app: AdminApp, id: string, item: Body): Promise<void>
  /** @throws AdminError when there is none of this id, or the app needs it */
  delete(app: AdminApp, id: string): Promise<void>
}

/** Asks for one thing by its id. */
export const openCommand =
  (
    { request, projectId }: AdminHttp,
    method: string,
    path: PathOfOne,
  ): ((app: AdminApp, id: string) => Promise<void>) =>
  async (app, id) =>
    request(method, path(await projectId(), app.id, id))

/** Sends something to one thing by its id. */
export const openChange =
  <Body, Answer = void>(
    { request, projectId }: AdminHttp,
    method: string,
    path: PathOfOne,
  ): ((app: AdminApp, id: string, body: Body) => Promise<Answer>) =>
  async (app, id, body) =>
    request(method, path(await projectId(), app.id, id), { body })

export const createItems = <Body, Listed, Whole, Made = Listed>(
  http: AdminHttp,
  { all, one }: ItemPaths,
): Items<Body, Listed, Whole, Made> => {
  const { request, projectId } = http
  return {
    list: async app => request('GET', all(await projectId(), app.id)),
    get: async (app, id) => request('GET', one(await projectId(), app.id, id)),
    create: async (app, item) => request('POST', all(await projectId(), app.id), { body: item }),
    replace: openChange(http, 'PUT', one),
    delete: openCommand(http, 'DELETE', one),
  }
}
