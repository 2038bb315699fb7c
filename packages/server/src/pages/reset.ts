import { errors, serverPaths } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import type { HttpContext } from '../http/context.ts'
import { noteRefusal } from '../http/errors.ts'
import { escapeHtml } from '../mail/template.ts'
import { reset } from '../use-cases/email-password/reset.ts'
import { isStale } from './confirm.ts'
import { type Link, readField, readLink } from './link.ts'
import { brokenLink, hiddenFields, type Page, sendPage } from './page.ts'

const expired = (app: string): Page => ({
  app,
  title: 'This link no longer works',
  body: '<p class="bad">It was used already, or it is older than 30 minutes. Ask the app to send you a new one.</p>',
})

const done = (app: string): Page => ({
  app,
  title: 'Your password is changed',
  body: '<p class="good">Log in with the new password. This page can be closed.</p>',
})

const form = ({ app, token, tokenId }: Link, problem?: string): Page => ({
  app: app.name,
  title: 'Choose a new password',
  body: `${problem === undefined ? '' : `<p class="bad" role="alert">${escapeHtml(problem)}</p>\n`}<form method="post" action="${serverPaths.resetPage()}">
${hiddenFields({ app: app.clientAppId, token, tokenId })}
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="6" maxlength="128" required autofocus>
<label for="again">The same again</label>
<input id="again" name="again" type="password" autocomplete="new-password" minlength="6" maxlength="128" required>
<button type="submit">Change password</button>
</form>`,
})

/** As the confirm page: opening it changes nothing. */
export const resetPage = (server: FastifyInstance, context: HttpContext): void => {
  server.get(serverPaths.resetPage(), async (request, reply) => {
    const link = await readLink(context, request.query)
    return link ? sendPage(reply, 200, form(link)) : sendPage(reply, 400, brokenLink)
  })

  server.post(serverPaths.resetPage(), async (request, reply) => {
    const link = await readLink(context, request.body)
    if (!link) return sendPage(reply, 400, brokenLink)
    const { app, token, tokenId } = link
    request.vars.app = app
    const password = readField(request.body, 'password')
    if (password !== readField(request.body, 'again'))
      return sendPage(reply, 400, form(link, 'The two passwords are not the same.'))
    try {
      await reset(context.deps, app, { token, tokenId, password })
    } catch (error) {
      noteRefusal(error, request, context)
      if (isStale(error)) return sendPage(reply, 400, expired(app.name))
      if (!(error instanceof AppError) || error.refusal !== 'passwordLength') throw error
      return sendPage(reply, 400, form(link, `The ${errors.passwordLength.text}.`))
    }
    return sendPage(reply, 200, done(app.name))
  })
}
