import type { Refusal } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'

type Id = { readonly _id: string }

/** Things of one kind in an app's directory, in the shape of the wire. Nothing is checked beyond what files need. */
export type Items<Body, Wire extends Id = Id> = {
  list(definition: Definition): readonly Wire[]
  /** @throws the kind's refusal of a name that is taken */
  insert(definition: Definition, body: Body): Wire
  /** @throws the kind's refusals of an unknown id and of a name that is taken */
  replace(definition: Definition, id: string, body: Body): Wire
  /** @throws the kind's refusal of an unknown id */
  remove(definition: Definition, id: string): void
  readonly notFound: Refusal
}

/** @throws the kind's refusal of an unknown id */
export const findItem = <Wire extends Id>(
  items: Pick<Items<never, Wire>, 'list' | 'notFound'>,
  definition: Definition,
  id: string,
): Wire => {
  const found = items.list(definition).find(item => item._id === id)
  if (!found) throw new AppError(items.notFound, { name: id })
  return found
}
