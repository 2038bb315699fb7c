import { adminPaths, type LetterWire } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import { listLetters } from '../../use-cases/admin/mailbox.ts'

/** The development mailbox, newest letter first. */
export const mailboxRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  server.get<{ Params: { appId: string } }>(
    adminPaths.mailbox(':projectId', ':appId'),
    async ({ params }): Promise<LetterWire[]> => {
      const letters = await listLetters(deps, await getApp(deps, params.appId))
      return letters.map(({ id, to, subject, text, html, link, sentAt }) => ({
        _id: id,
        to,
        subject,
        text,
        html,
        link,
        sent_at: Math.floor(sentAt / 1000),
      }))
    },
  )
}
