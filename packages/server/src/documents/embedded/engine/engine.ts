import type { Document } from 'bson'
import type { ReadLimits } from '../../documents.ts'
import { toBytes } from '../values/bytes.ts'
import type { ReadOperation, ReadOutcome, WriteOperation, WriteOutcome } from './messages.ts'
import type { PointReads } from './point-reads.ts'
import { laneOf } from './threads/lane.ts'
import type { Readers } from './threads/readers.ts'
import type { WriterThread } from './threads/writer-thread.ts'
import type { ChangeLog } from './watch/log.ts'

export type Place = { readonly database: string; readonly collection: string }

/** The ways into a file. */
export type Engine = {
  readonly pointReads: PointReads
  readonly changeLog: ChangeLog
  write(
    operation: WriteOperation,
    place: Place,
    values: { readonly arguments?: Document; readonly documents?: readonly Uint8Array[] },
  ): Promise<WriteOutcome>
  read(
    operation: ReadOperation,
    place: Place,
    values: { readonly arguments: Document; readonly limits?: ReadLimits },
  ): Promise<ReadOutcome>
}

const defaultMaxTimeMs = 10_000

/** A message copies the whole buffer behind a view, so that a view into a pool gets a buffer of its own. */
export const ownBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)

/** Leaves out what was not given: BSON would make null of it. */
const defined = (values: Document): Document =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

const noArguments = ownBytes(toBytes({}))

const toArguments = (values: Document | undefined): Uint8Array =>
  values === undefined ? noArguments : ownBytes(toBytes(defined(values)))

export type EngineParts = Pick<Engine, 'pointReads' | 'changeLog'> & {
  readonly writer: Pick<WriterThread, 'send'>
  readonly readers: Pick<Readers, 'read'>
}

export const joinEngine = (parts: EngineParts, now: () => number): Engine => ({
  pointReads: parts.pointReads,
  changeLog: parts.changeLog,
  write: (operation, place, { arguments: values, documents = [] }) =>
    parts.writer.send({
      operation,
      ...place,
      now: now(),
      arguments: toArguments(values),
      documents,
    }),
  read: async (operation, place, { arguments: values, limits = {} }) => {
    const request = {
      operation,
      ...place,
      now: now(),
      arguments: ownBytes(toBytes(defined(values))),
      maxTimeMs: limits.maxTimeMs ?? defaultMaxTimeMs,
      maxExamined: limits.maxExamined,
      maxResultBytes: limits.maxResultBytes,
    }
    const outcome = await parts.readers.read(laneOf(values), request, limits.owner)
    limits.onBytes?.(outcome.documents.byteLength)
    return outcome
  },
})
