import { EJSON } from 'bson'
import type { Failure } from '../messages.ts'

/** How much of a thrown text is told. */
const longest = 4_096

const textOf = (thrown: unknown): string => {
  if (thrown instanceof Error) {
    const { name, message } = thrown
    return name === 'Error' ? String(message) : `${name}: ${message}`
  }
  if (typeof thrown === 'string') return thrown
  return typeof thrown === 'object' && thrown !== null ? EJSON.stringify(thrown) : String(thrown)
}

/** Tells what was thrown, whatever it is, without the folder of this machine that the app lies in. */
export const openFailures = (folder: string): ((thrown: unknown) => Failure) => {
  const withoutFolder = (text: string): string =>
    text.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '').slice(0, longest)

  return thrown => {
    try {
      const stack = thrown instanceof Error ? thrown.stack : undefined
      return {
        problem: 'threw',
        message: withoutFolder(textOf(thrown)),
        stack: typeof stack === 'string' ? withoutFolder(stack) : undefined,
      }
    } catch {
      return { problem: 'threw', message: 'something was thrown that cannot be shown' }
    }
  }
}
