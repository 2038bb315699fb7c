import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { FailedDelivery } from '../../store/outbox.ts'

/** Events that the app's triggers could not be given in the last ten days, newest failure first; at most 50. */
export const listFailedEvents = ({ store }: Deps, app: App): Promise<FailedDelivery[]> =>
  store.outbox.listFailed(app.id, 50)
