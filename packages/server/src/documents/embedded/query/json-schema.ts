import type { Predicate } from '../values/path.ts'
import { badValue } from './refusal.ts'
export const compileSchema = (schema: unknown): Predicate => {
  throw badValue(`$jsonSchema is coming: ${typeof schema}`)
}
