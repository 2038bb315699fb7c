import type { onRequestAsyncHookHandler } from 'fastify'
import { findApp } from '../use-cases/find-app.ts'
import type { HttpContext } from './context.ts'
import { admitToApp } from './cors.ts'

/**
 * Finds the app that the path names, and checks that the request's origin may call it.
 *
 * @throws `appNotFound`, `originRefused`
 */
export const loadApp =
  ({ deps }: HttpContext): onRequestAsyncHookHandler =>
  async request => {
    const { appId } = request.params as { readonly appId: string }
    admitToApp(request, await findApp(deps, appId))
  }
