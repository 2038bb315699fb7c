import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { User } from '../domain/user.ts'

/** Asks the app's own code whether a user may be made. */
export const admitNewUser = async (_deps: Deps, _app: App, _user: User): Promise<void> => {}
