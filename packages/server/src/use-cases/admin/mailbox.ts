import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { KeptLetter } from '../../store/mailbox.ts'

/** Letters that the development mailbox holds for the app, newest first. */
export const listLetters = ({ store }: Deps, app: App, limit = 50): Promise<KeptLetter[]> =>
  store.mailbox.listByApp(app.id, limit)
