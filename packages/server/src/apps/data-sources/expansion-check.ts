import { complain, type Place } from '../read/check.ts'
import { suggest } from '../read/nearest.ts'
import type { Needs } from '../read/reading.ts'

export type ExpansionContext = {
  readonly needs: Needs
  /** False where an expression is asked before documents are read. */
  readonly aboutDocuments: boolean
}

/** Names of a document or a field of it. */
const ofDocuments: readonly string[] = ['root', 'prevRoot', 'this', 'prev']

const request = [
  'httpMethod',
  'httpReferrer',
  'httpUserAgent',
  'rawQueryString',
  'remoteIPAddress',
  'requestHeaders',
  'service',
  'action',
  'webhookUrl',
]

/** What may follow the first name; `undefined` where everything may. */
const members: Readonly<Record<string, readonly string[] | undefined>> = {
  true: [],
  false: [],
  user: ['id', 'type', 'data', 'custom_data', 'identities'],
  environment: ['tag', 'values'],
  request,
  values: undefined,
  root: undefined,
  prevRoot: undefined,
  this: undefined,
  prev: undefined,
  args: undefined,
  partition: undefined,
}

/**
 * Reports an expansion that stands for nothing whatever happens.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/rules/expressions/#expansions
 */
export const checkExpansion = (
  text: string,
  place: Place,
  { needs, aboutDocuments }: ExpansionContext,
): void => {
  const [first = '', second] = text.slice(2).replace(/%%$/, '').split('.')
  if (!Object.hasOwn(members, first)) {
    const known = Object.keys(members).map(name => `%%${name}`)
    complain(place, `names ${text}, which does not exist: ${suggest(`%%${first}`, known)}`)
    return
  }
  if (!aboutDocuments && ofDocuments.includes(first)) {
    complain(place, `names ${text}: a filter is asked before documents are read`)
    return
  }
  const known = members[first]
  if (known && second !== undefined && !known.includes(second)) {
    const names = known.map(name => `%%${first}.${name}`)
    complain(
      place,
      `names ${text}, which does not exist: ${suggest(`%%${first}.${second}`, names)}`,
    )
  }
  if (first === 'values' && second !== undefined) needs.values.push({ name: second, place })
}
