import type { Database } from '../documents/documents.ts'
import { type ActionStore, openActionStore } from './action-store.ts'
import { type EntryStore, openEntryStore } from './entry-store.ts'
import { openSegments, type Segments } from './segments.ts'

export type OpenLogs = () => Promise<{
  readonly database: Database
  close(): Promise<void>
}>

/** What is kept, open. */
export type Records = {
  readonly entries: EntryStore
  readonly segments: Segments
  readonly actions: ActionStore
  close(): Promise<void>
}

export type OpenedRecords = {
  /** @throws what kept it from being opened; the next call tries again. */
  open(): Promise<Records>
  isOpen(): boolean
  close(): Promise<void>
}

/** Opens what is kept at its first use. */
export const openRecords = (openLogs: OpenLogs, segmentEntries: number): OpenedRecords => {
  let opening: Promise<Records> | undefined

  const open = async (): Promise<Records> => {
    const { database, close } = await openLogs()
    const [entries, actions] = await Promise.all([
      openEntryStore(database),
      openActionStore(database),
    ])
    return { entries, actions, segments: openSegments(database, segmentEntries), close }
  }

  return {
    open: () => {
      opening ??= open().catch(error => {
        opening = undefined
        throw error
      })
      return opening
    },
    isOpen: () => opening !== undefined,
    close: async () => {
      const records = await opening
      await records?.close()
      opening = undefined
    },
  }
}
