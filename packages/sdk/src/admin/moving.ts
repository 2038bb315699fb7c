import type { ImportedUsersWire, ImportNoteWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'

/** A line of an import that is worth a look. */
export type ImportNote = ImportNoteWire

export type ImportedUsers = {
  readonly imported: number
  /** Lines whose users were there already: nothing was changed. */
  readonly existing: number
  readonly refused: number
  /** Imported users whose e-mail address another account has in other letters. */
  readonly doubles: number
  /** Imported users who must set a password by mail. */
  readonly withoutPassword: number
  /** The first 10,000 lines that were refused, counted from 1. */
  readonly refusals: readonly ImportNote[]
  /** The first 10,000 doubles. */
  readonly doubleEmails: readonly ImportNote[]
}

export type ImportUsersOptions = {
  /** True to learn what would happen; nothing is written. Default false. */
  readonly dryRun?: boolean
}

export type AdminMoving = {
  /**
   * Takes users that another system knew. Each line is a JSON object, as the Admin API lists users, with `password_hash`
   * and more if there is more. A line that cannot be taken is told and left out. The same lines may be sent again.
   */
  importUsers(
    app: AdminApp,
    lines: readonly string[],
    options?: ImportUsersOptions,
  ): Promise<ImportedUsers>
  /** All users of the app with their password hashes, as lines of JSON that `importUsers` takes. */
  exportUsers(app: AdminApp): Promise<ReadableStream<Uint8Array>>
}

/** A few thousand lines are written in seconds; a store that is slow takes longer. */
const importTimeoutMs = 300_000

const toImported = ({
  without_password: withoutPassword,
  double_emails: doubleEmails,
  ...rest
}: ImportedUsersWire): ImportedUsers => ({ ...rest, withoutPassword, doubleEmails })

export const createAdminMoving = ({ send, stream, projectId }: AdminHttp): AdminMoving => ({
  importUsers: async (app, lines, { dryRun = false } = {}) => {
    const path = adminPaths.importUsers(await projectId(), app.id)
    const response = await send('POST', path, {
      content: { type: 'application/x-ndjson', data: `${lines.join('\n')}\n` },
      timeoutMs: importTimeoutMs,
      ...(dryRun && { query: { dry_run: true } }),
    })
    return toImported((await response.json()) as ImportedUsersWire)
  },
  exportUsers: async app => stream('GET', adminPaths.exportUsers(await projectId(), app.id)),
})
