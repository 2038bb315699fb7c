/** The reader of extended JSON and the library whose classes it makes: both of one copy, for those who load them late. */
export * as library from 'bson'
export { fromEjson } from './ejson.ts'
