import { dirname } from 'node:path'
import { getCallSites } from 'node:util'
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

/** Where this code runs from, be it the source, a build or a bundle. */
const ownFolder = (): string => {
  const [site] = getCallSites(1)
  return dirname(site?.scriptName ?? '')
}

/**
 * Stacks of the app's errors as the app's owner knows its files: none of our own lines in it, and no folder of
 * this machine.
 */
const prepareStacks = (folder: string): void => {
  const own = ownFolder()
  const isTheirs = (file: unknown): boolean =>
    typeof file !== 'string' || !(file.startsWith('node:') || dirname(file) === own)

  Error.prepareStackTrace = (error, sites) => {
    const lines = sites.filter(site => isTheirs(site.getFileName())).map(site => `\n    at ${site}`)
    return withoutFolder(`${Error.prototype.toString.call(error)}${lines.join('')}`, folder)
  }
}

const withoutFolder = (text: string, folder: string): string =>
  text.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '')

export type Failures = {
  /** What is told of a thrown value, whatever it is. */
  tell(thrown: unknown): Failure
}

export const openFailures = (folder: string): Failures => {
  prepareStacks(folder)
  return {
    tell: thrown => {
      try {
        const stack = thrown instanceof Error ? thrown.stack : undefined
        return {
          problem: 'threw',
          message: withoutFolder(textOf(thrown), folder).slice(0, longest),
          stack:
            typeof stack === 'string' ? withoutFolder(stack, folder).slice(0, longest) : undefined,
        }
      } catch {
        return { problem: 'threw', message: 'something was thrown that cannot be shown' }
      }
    },
  }
}
