import { referenceNames } from './names.ts'
import { isCode, notOffered, type Visit, walk, wrongPart } from './walk.ts'

const stored: Visit = {
  field: ({ name, path }) => {
    if (name.startsWith('$') && !referenceNames.has(name)) {
      throw wrongPart(path, "must not have a name that begins with '$'")
    }
    if (name.includes('.')) throw wrongPart(path, 'must not have a dot in its name')
    return true
  },
  leaf: (value, path) => {
    if (isCode(value)) throw notOffered('$code', path)
  },
}

/** Checks a value that a user wants to have stored. @throws `fieldInvalid`, `operatorRefused` */
export const checkStored = (value: unknown, path: string): void => walk(value, path, stored)

/** Checks what the system sends. @throws `fieldInvalid` when it is nested too deeply */
export const checkDepth = (value: unknown, path: string): void => walk(value, path, {})
