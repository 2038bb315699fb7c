import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../mail/template.ts'
import { sendPage } from './page.ts'

/** Tells a person in a browser why a log-in by redirect ended, where no address may be trusted with it. */
export const sendLoginProblem = (
  reply: FastifyReply,
  status: number,
  { app, problem }: { readonly app: string | undefined; readonly problem: string },
): FastifyReply =>
  sendPage(reply, status, {
    ...(app !== undefined && { app }),
    title: 'This log-in did not work',
    body: `<p class="bad" role="alert">${escapeHtml(problem)}</p>
<p>Close this window, go back to the app, and begin again.</p>`,
  })
