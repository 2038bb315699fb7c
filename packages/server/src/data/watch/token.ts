import { parseEjson, stringifyEjson } from '@regent/protocol'
import type { Document } from 'bson'
import { AppError } from '../../errors.ts'
import type { SecretBox } from '../../security/secret-box.ts'
import type { Namespace } from '../namespace.ts'

/** Resume tokens as readers know them. */
export type Tokens = {
  seal(token: Document): Document
  /** @throws `fieldInvalid` for what was not made here, for this collection */
  open(sealed: Document): Document
}

const placeOf = ({ app, source, database, collection }: Namespace): string =>
  JSON.stringify(['watch', app.id, source.name, database, collection])

/**
 * Tokens of an engine tell more than their event does: MongoDB's hold the document's key, the embedded engine's count
 * the changes of every collection, and both can be made up to read what was before. So readers get them sealed.
 */
export const openTokens = (box: Pick<SecretBox, 'seal' | 'open'>, namespace: Namespace): Tokens => {
  const place = placeOf(namespace)
  return {
    seal: token => ({
      _data: Buffer.from(box.seal(Buffer.from(stringifyEjson(token)), place)).toString('base64url'),
    }),
    open: sealed => {
      try {
        const bytes = box.open(Buffer.from(String(sealed._data), 'base64url'), place)
        return parseEjson(Buffer.from(bytes).toString('utf8')) as Document
      } catch (cause) {
        const detail = "'resumeAfter' must be the _id of an event of this collection"
        throw new AppError('fieldInvalid', { detail }, { cause })
      }
    },
  }
}
