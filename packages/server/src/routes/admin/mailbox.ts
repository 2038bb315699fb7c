import { adminPaths, letterWire } from '@regent/protocol'
import { z } from 'zod'
import { listLetters } from '../../use-cases/admin/mailbox.ts'
import { toSeconds } from '../to-seconds.ts'
import { type AdminRoute, appRoute } from './route.ts'

/** The development mailbox. */
export const mailboxRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.mailbox(':projectId', ':appId'),
    operation: 'listLetters',
    summary: 'Letters that the development mailbox kept, newest first.',
    tag: 'mailbox',
    access: 'write',
    answer: { status: 200, shape: z.array(letterWire) },
    handle: async ({ deps, app }) => {
      const letters = await listLetters(deps, app)
      return letters.map(({ id, to, subject, text, html, link, sentAt }) => ({
        _id: id,
        to,
        subject,
        text,
        html,
        link,
        sent_at: toSeconds(sentAt),
      }))
    },
  }),
]
