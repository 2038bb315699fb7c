import { Writable } from 'node:stream'

/** What the call under way prints to. */
type Print = (text: string) => void

const stream = (print: Print): Writable =>
  new Writable({
    write: (chunk, _encoding, done) => {
      print(String(chunk).trimEnd())
      done()
    },
  })

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
  for (const name of ['stdout', 'stderr']) {
    Object.defineProperty(process, name, { configurable: true, value: stream(print) })
  }
}
