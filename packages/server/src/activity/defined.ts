import type { Document } from 'bson'

/** The document without fields that are `undefined`, which BSON has no value for. */
export const defined = (document: Document): Document =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))
