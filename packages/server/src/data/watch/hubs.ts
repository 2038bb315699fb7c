import type { ChangeEvent, ChangeStream } from '../../documents/documents.ts'
import type { Namespace } from '../namespace.ts'
import { type Hub, openHub } from './hub.ts'
import type { HubEvent } from './hub-event.ts'

/** The hubs that are open, one for each collection that somebody reads. */
export type Hubs = {
  of(
    namespace: Namespace,
    options: { open(): Promise<ChangeStream>; toEvent(raw: ChangeEvent): HubEvent },
  ): Promise<Hub>
  close(): Promise<void>
}

/** How long a stream stays open behind its last reader, who may come back. */
const lingerMs = 10_000
const lookEveryMs = 2_500

const keyOf = ({ app, source, database, collection }: Namespace): string =>
  JSON.stringify([app.id, source.name, source.link, database, collection])

type Entry = { readonly opening: Promise<Hub>; hub?: Hub; emptySince?: number | undefined }

export const openHubs = (): Hubs => {
  const entries = new Map<string, Entry>()
  let timer: NodeJS.Timeout | undefined

  const forget = (key: string, entry: Entry): void => {
    if (entries.get(key) === entry) entries.delete(key)
    if (entries.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  /** Closes what nobody has read for a while. */
  const sweep = (): void => {
    const now = performance.now()
    for (const [key, entry] of entries) {
      if (entry.hub === undefined || entry.hub.listeners.size > 0) entry.emptySince = undefined
      else if (entry.emptySince === undefined) entry.emptySince = now
      else if (now - entry.emptySince >= lingerMs) {
        forget(key, entry)
        void entry.hub.close().catch(() => undefined)
      }
    }
  }

  const add: Hubs['of'] = async (namespace, { open, toEvent }) => {
    const key = keyOf(namespace)
    const entry: Entry = {
      opening: open().then(stream => {
        entry.hub = openHub({ stream, toEvent, onEnd: () => forget(key, entry) })
        return entry.hub
      }),
    }
    entries.set(key, entry)
    timer ??= setInterval(sweep, lookEveryMs).unref()
    entry.opening.catch(() => forget(key, entry))
    return entry.opening
  }

  return {
    of: async (namespace, options) => {
      const known = entries.get(keyOf(namespace))
      if (known === undefined) return add(namespace, options)
      known.emptySince = undefined
      return known.opening
    },
    close: async () => {
      const open = [...entries.values()]
      entries.clear()
      clearInterval(timer)
      for (const { opening } of open) {
        const hub = await opening.catch(() => undefined)
        await hub?.close().catch(() => undefined)
      }
    },
  }
}
