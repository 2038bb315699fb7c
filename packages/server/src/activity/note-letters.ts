import { canonicalEmail } from '../domain/email.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Activity } from './activity.ts'

/** A mailer whose letters are noted: to whom and about what, without what they say. */
export const noteLetters = (
  mailer: Mailer,
  { note, metrics }: Pick<Activity, 'note' | 'metrics'>,
): Mailer => ({
  ...mailer,
  send: async (appId, letter) => {
    const account = canonicalEmail(letter.to)
    const facts = { type: 'MAIL', event: 'send', appId, account, name: letter.subject } as const
    try {
      await mailer.send(appId, letter)
    } catch (error) {
      metrics.letters.add({ result: 'failed' })
      note({ ...facts, error: error instanceof Error ? error.message : 'not sent' })
      throw error
    }
    metrics.letters.add({ result: 'ok' })
    note(facts)
  },
})
