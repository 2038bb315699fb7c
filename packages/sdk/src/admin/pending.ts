import type { PendingUserWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'
import { toDate } from './to-date.ts'

/** A registration of e-mail and password that is not confirmed, or with which nobody logged in yet. */
export type PendingUser = {
  readonly id: string
  readonly email: string
  readonly confirmed: boolean
  readonly createdAt: Date
}

export type ListPendingOptions = {
  /** Id of the last one of the page before. */
  readonly after?: string
  /** Pending users of one page, at most and by default 50. */
  readonly limit?: number
}

export type AdminPendingUsers = {
  /** One page, oldest first. */
  list(app: AdminApp, options?: ListPendingOptions): Promise<PendingUser[]>
  /** All of them, page after page. */
  all(app: AdminApp): AsyncGenerator<PendingUser>
  /** Confirms the registration of an address without a letter. */
  confirm(app: AdminApp, email: string): Promise<void>
  /** Sends the confirmation letter once more. */
  sendConfirmation(app: AdminApp, email: string): Promise<void>
  /** Runs the app's confirmation function again. */
  runConfirmation(app: AdminApp, email: string): Promise<void>
  delete(app: AdminApp, email: string): Promise<void>
  deleteById(app: AdminApp, id: string): Promise<void>
}

const pageSize = 50

const toPending = ({ _id, login_ids, confirmed, created_at }: PendingUserWire): PendingUser => ({
  id: _id,
  email: login_ids[0]?.id ?? '',
  confirmed,
  createdAt: toDate(created_at),
})

export const createAdminPendingUsers = ({ request, projectId }: AdminHttp): AdminPendingUsers => {
  const list: AdminPendingUsers['list'] = async (app, { after, limit } = {}) => {
    const path = adminPaths.pendingUsers(await projectId(), app.id)
    const found = await request<readonly PendingUserWire[]>('GET', path, {
      query: { after, limit },
    })
    return found.map(toPending)
  }
  const command =
    (method: string, path: typeof adminPaths.pendingUserByEmail) =>
    async (app: AdminApp, name: string): Promise<void> => {
      await request<unknown>(method, path(await projectId(), app.id, name))
    }

  return {
    list,
    all: async function* (app) {
      let after: string | undefined
      do {
        const page = await list(app, after === undefined ? {} : { after })
        yield* page
        after = page.length < pageSize ? undefined : page.at(-1)?.id
      } while (after !== undefined)
    },
    confirm: command('POST', adminPaths.confirmPendingUser),
    sendConfirmation: command('POST', adminPaths.sendConfirmation),
    runConfirmation: command('POST', adminPaths.runConfirmation),
    delete: command('DELETE', adminPaths.pendingUserByEmail),
    deleteById: command('DELETE', adminPaths.pendingUserById),
  }
}
