import type { Log } from '../log.ts'
import type { MailboxStore } from '../store/mailbox.ts'
import type { Mailer } from './mailer.ts'

export type MailboxOptions = {
  readonly mailbox: MailboxStore
  readonly log: Log
  readonly now: () => number
  readonly newId: () => string
}

/** For development: keeps letters in the store and writes their links to the log. Nothing leaves the machine. */
export const openMailbox = ({ mailbox, log, now, newId }: MailboxOptions): Mailer => ({
  send: async (appId, letter) => {
    await mailbox.insert({ ...letter, id: newId(), appId, sentAt: now() })
    log.info('letter', { to: letter.to, subject: letter.subject, link: letter.link })
  },
  close: async () => {},
})
