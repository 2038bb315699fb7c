/** Loaded by `bson.ts` when the first BSON value is met; both of one copy, so that their classes are the same. */
export { fromEjson } from '@regent/protocol/ejson'
export * as library from 'bson'
