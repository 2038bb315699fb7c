import type { Collection } from '../../documents/documents.ts'
import type { Actor } from '../actor.ts'
import type { Namespace } from '../namespace.ts'
import type { Judge } from '../rules/judge.ts'
import type { Databases } from '../sources/databases.ts'
import type { View } from '../view/view.ts'
import type { Arguments, Spelling } from './arguments.ts'
import type { OperationLimits } from './limits.ts'

/** Where an operation runs, and what may be done there. */
export type Target = {
  readonly namespace: Namespace
  readonly actor: Actor
  readonly databases: Databases
  /** Values in BSON classes. */
  readonly collection: Collection
  readonly judge: Judge
  /** The collection as the actor sees it, for a judge that has to be asked about each document. */
  view(): View
  readonly limits: OperationLimits
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** One operation on a collection. */
export type Command = Spelling & {
  /** Gives a BSON value with numbers as wide as every client reads them. */
  run(target: Target, given: Arguments): Promise<unknown>
}
