import { errors } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../http/context.ts'
import { noteRefusal } from '../http/errors.ts'
import { confirmPage } from './confirm.ts'
import { type Page, sendPage } from './page.ts'
import { resetPage } from './reset.ts'

const trouble: Page = {
  title: 'This did not work',
  body: '<p class="bad" role="alert">Please go back and try again in a moment.</p>',
}

const bodyLimitBytes = 16_384

/** Pages that finish a letter's errand in a browser, for apps that have no pages of their own. */
export const pageRoutes = (server: FastifyInstance, context: HttpContext): void => {
  server.register((pages, _options, done) => {
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: bodyLimitBytes },
      (_request, body, taken) => taken(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    pages.setErrorHandler((error, request, reply) => {
      const { refusal } = noteRefusal(error, request, context)
      return sendPage(reply, errors[refusal].status, trouble)
    })
    confirmPage(pages, context)
    resetPage(pages, context)
    done()
  })
}
