import type { Writable } from 'node:stream'

/** What the call under way prints to. */
type Print = (text: string) => void

/** The stream stays: Node calls methods of its own on it. */
const divert = (stream: Writable, print: Print): void => {
  stream._writev = (chunks, done) => {
    for (const { chunk } of chunks) print(String(chunk).trimEnd())
    done()
  }
}

const refuse = (name: string): void => {
  Object.defineProperty(process, name, {
    configurable: true,
    value: () => {
      throw new Error(`process.${name} is not available to functions`)
    },
  })
}

/**
 * Keeps what is easily done by mistake from reaching the server: signals to its process, and floods on its output.
 * It is no wall: the code is the operator's own.
 */
export const guardProcess = (print: Print): void => {
  for (const name of ['kill', '_kill', 'abort', 'dlopen']) refuse(name)
  for (const stream of [process.stdout, process.stderr]) divert(stream, print)
}
