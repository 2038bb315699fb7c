import type { Document } from 'bson'
import type { Deps } from '../../deps.ts'
import { tokenPlace } from '../../providers/oauth/revoke.ts'
import { signingKeyPlace } from '../../security/app-keys.ts'
import { secretPlace } from '../../security/app-secrets.ts'
import type { SealedPlace } from '../../store/keys/sealed.ts'
import { fromObjectId } from '../../store/object-id.ts'
import { projectPlace } from '../../store/project.ts'

/** Something that the store keeps sealed, and where each of it is sealed for. */
type Sealed = SealedPlace & { placeOf(document: Document): string }

/** Everything that is sealed, but for the resume tokens of watches, which clients keep. */
const sealedThings: readonly Sealed[] = [
  { collection: 'project', field: 'seal', placeOf: () => projectPlace },
  {
    collection: 'signingKeys',
    field: 'sealed',
    placeOf: ({ appId, use, number }) =>
      signingKeyPlace({ appId: fromObjectId(appId), use, number }),
  },
  {
    collection: 'secrets',
    field: 'sealed',
    placeOf: ({ appId, name }) => secretPlace(fromObjectId(appId), name),
  },
  {
    collection: 'providerTokens',
    field: 'sealed',
    placeOf: ({ _id }) => tokenPlace(fromObjectId(_id)),
  },
]

const batch = 200

type ResealDeps = Pick<Deps, 'store' | 'secrets'>

const resealThing = async (
  { store, secrets }: ResealDeps,
  { placeOf, ...place }: Sealed,
): Promise<number> => {
  let resealed = 0
  let after: unknown
  for (;;) {
    const rows = await store.sealed.list(place, after, batch)
    for (const row of rows) {
      const where = placeOf(row.document)
      if (secrets.isCurrent(row.sealed, where)) continue
      const sealed = secrets.seal(secrets.open(row.sealed, where), where)
      await store.sealed.replace(place, row, sealed)
      resealed += 1
    }
    if (rows.length < batch) return resealed
    after = rows.at(-1)?.document._id
  }
}

/**
 * Seals everything that the store keeps with the data key that seals now; what is sealed with it already stays. May
 * be cut off anywhere and begun again. Resolves how much was sealed anew.
 */
export const reseal = async (deps: ResealDeps): Promise<number> => {
  let resealed = 0
  for (const thing of sealedThings) resealed += await resealThing(deps, thing)
  return resealed
}
