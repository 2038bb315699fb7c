import { serverPaths } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import type { HttpContext } from '../http/context.ts'
import { noteRefusal } from '../http/errors.ts'
import { confirm } from '../use-cases/email-password/confirm.ts'
import { readLink } from './link.ts'
import { brokenLink, hiddenFields, type Page, sendPage } from './page.ts'

const expired = (app: string): Page => ({
  app,
  title: 'This link no longer works',
  body: '<p class="bad">It was used already, or it is older than 30 minutes. Ask the app to send you a new one; if you confirmed before, just log in.</p>',
})

const done = (app: string): Page => ({
  app,
  title: 'Your e-mail address is confirmed',
  body: '<p class="good">You can log in now. This page can be closed.</p>',
})

/** Opening the page changes nothing, because mail programs open links on their own; the button confirms. */
export const confirmPage = (server: FastifyInstance, context: HttpContext): void => {
  server.get(serverPaths.confirmPage(), async (request, reply) => {
    const link = await readLink(context, request.query)
    if (!link) return sendPage(reply, 400, brokenLink)
    const { app, token, tokenId } = link
    return sendPage(reply, 200, {
      app: app.name,
      title: 'Confirm your e-mail address',
      body: `<p>One click, and your account is ready.</p>
<form method="post" action="${serverPaths.confirmPage()}">
${hiddenFields({ app: app.clientAppId, token, tokenId })}
<button type="submit">Confirm</button>
</form>`,
    })
  })

  server.post(serverPaths.confirmPage(), async (request, reply) => {
    const link = await readLink(context, request.body)
    if (!link) return sendPage(reply, 400, brokenLink)
    const { app, token, tokenId } = link
    request.vars.app = app
    try {
      await confirm(context.deps, app, { token, tokenId })
    } catch (error) {
      if (!isStale(error)) throw error
      noteRefusal(error, request, context)
      return sendPage(reply, 400, expired(app.name))
    }
    return sendPage(reply, 200, done(app.name))
  })
}

/** True when the link is to blame. */
export const isStale = (error: unknown): boolean =>
  error instanceof AppError && ['tokenUnreadable', 'tokenExpired'].includes(error.refusal)
