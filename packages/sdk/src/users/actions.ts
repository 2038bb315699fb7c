import { callFunction } from '../functions.ts'
import { tokensOf } from '../session.ts'
import type { UserActions } from '../user.ts'
import type { Book } from './book.ts'
import type { Endings } from './endings.ts'
import type { Device } from './log-in.ts'
import type { Renewal } from './renewal.ts'

export type ActionParts = {
  readonly appId: string
  readonly book: Book
  readonly renewal: Renewal
  readonly endings: Endings
  readonly device: () => Device
}

/** What a `User` object does. What a program does not need to start is loaded at first use. */
export const createActions = ({
  appId,
  book,
  renewal,
  endings,
  device,
}: ActionParts): UserActions => ({
  appId,
  logOut: async record => {
    const login = tokensOf(record.session)?.refreshToken
    if (login === undefined) return
    endings.add(login)
    book.logOut(record)
    await endings.finish(login)
  },
  link: async (record, credentials) => {
    const { link } = await import('./linking.ts')
    await link({ book, renewal, device: device() }, record, credentials)
  },
  unlink: async (record, identity) => {
    const { unlink } = await import('./unlinking.ts')
    await unlink({ book, renewal }, record, identity)
  },
  refresh: renewal.refresh,
  call: (record, name, args) =>
    callFunction(request => renewal.send(record, request), appId, { name, args }),
  send: renewal.send,
  open: renewal.open,
  onLogOut: (record, callback) => {
    record.onLogOut.add(callback)
    return () => record.onLogOut.delete(callback)
  },
  sendWithLogin: renewal.sendWithLogin,
})
