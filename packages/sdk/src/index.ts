import * as Realm from './realm.ts'

export * from './realm.ts'
export { Realm }
export default Realm
