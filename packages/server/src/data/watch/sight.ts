import type { Document } from 'bson'
import { compileFilter } from '../../documents/embedded/query/matcher.ts'
import type { Judge } from '../rules/judge.ts'
import type { Change } from './changes.ts'
import { type HubEvent, toChange } from './hub-event.ts'
import { findAt } from './visible-paths.ts'
import { visibleUpdate } from './visible-update.ts'

/** Something now, or later where functions of the app have to be asked. */
export type Soon<T> = T | Promise<T>

export const after = <T, U>(value: Soon<T>, next: (value: T) => U): Soon<U> =>
  value instanceof Promise ? value.then(next) : next(value)

/** What one reader may see. */
export type Sight = {
  /** The event as far as it may be seen; `undefined` when it may not. */
  see(event: HubEvent): Soon<Change | undefined>
}

/** The document that decides about an event; a deleted one is as it was before, where the engine knows it. */
const documentOf = ({ whole: { event }, before }: HubEvent): Document | undefined =>
  (event.operationType === 'delete' ? before : event.fullDocument) ?? undefined

const visibleKey = (key: Document, visible: Document): Document =>
  Object.fromEntries(
    Object.entries(key).filter(([path]) => findAt(visible, path.split('.')) !== undefined),
  )

const show = (
  { whole, removed }: HubEvent,
  { document, visible, judge }: { document: Document; visible: Document; judge: Judge },
): Change | undefined => {
  const { fullDocument, updateDescription, documentKey, ...rest } = whole.event
  const { seeAtOnce } = judge
  const update =
    updateDescription &&
    visibleUpdate(updateDescription, {
      document,
      visible,
      removed,
      isAlwaysVisible: judge.isAlwaysVisible,
      seeAtOnce,
    })
  if (updateDescription !== undefined && update === undefined) return undefined
  if (visible === document && (update === undefined || update === 'whole')) return whole
  return toChange({
    ...rest,
    documentKey: visibleKey(documentKey, visible),
    ...(fullDocument !== undefined && { fullDocument: visible }),
    ...(update !== undefined && {
      updateDescription: update === 'whole' ? updateDescription : update,
    }),
  })
}

/**
 * Events through the rules: each is shown as its document is seen now. Who may see everything is told of everything.
 * To all others an event without a document is not shown: a deletion of which only the key is known, an update of a
 * document that is gone, the end of the collection.
 */
export const openSight = (judge: Judge): Sight => {
  if (judge.reads === 'none') return { see: () => undefined }
  if (judge.reads === 'all' && judge.query === undefined && judge.projection === undefined) {
    return { see: ({ whole }) => whole }
  }
  const matcher = judge.query && compileFilter(judge.query)
  const look = judge.seeAtOnce ?? judge.see
  return {
    see: event => {
      const document = documentOf(event)
      if (document === undefined) return undefined
      if (matcher && !matcher.matches(document)) return undefined
      return after<Document | undefined, Change | undefined>(
        look(document),
        visible => visible && show(event, { document, visible, judge }),
      )
    },
  }
}
