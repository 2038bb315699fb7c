import * as Realm from './realm.ts'

export * from './realm.ts'
export default Realm
