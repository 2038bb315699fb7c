import type { LetterWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'
import { toDate } from './to-date.ts'

/** A letter that the server kept instead of sending it. */
export type MailboxLetter = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The link the letter is about. */
  readonly link: string
  readonly sentAt: Date
}

export type AdminMailbox = {
  /** Letters of the development mailbox, newest first. */
  list(app: AdminApp): Promise<MailboxLetter[]>
}

export const createAdminMailbox = ({ request, projectId }: AdminHttp): AdminMailbox => ({
  list: async app => {
    const path = adminPaths.mailbox(await projectId(), app.id)
    const letters = await request<readonly LetterWire[]>('GET', path)
    return letters.map(({ _id, sent_at, ...letter }) => ({
      id: _id,
      ...letter,
      sentAt: toDate(sent_at),
    }))
  },
})
