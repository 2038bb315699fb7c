/** V8 ends the process, and throws nothing, over a list of more elements. */
const mostElements = 2 ** 27 - 3
/** A longer new array is a table of V8's: one that fills up ends the process, too. */
const longestNewArray = 2 ** 25

type Check = (self: unknown, first: unknown) => void

const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect

/** Puts a check before a method, which is called, and looks, as it was. */
const checkBefore = (owner: object, name: string, check: Check): void => {
  const descriptor = getOwnPropertyDescriptor(owner, name)
  const own = descriptor?.value as (...values: unknown[]) => unknown
  const checked = {
    [name](this: unknown, ...values: unknown[]): unknown {
      check(this, values[0])
      return apply(own, this, values)
    },
  }[name]
  Object.defineProperty(checked, 'length', { value: own.length })
  defineProperty(owner, name, { ...descriptor, value: checked })
}

/** A list that was filled before holds its last element and that in its middle. */
const isSparse = (list: ArrayLike<unknown>): boolean =>
  list.length > longestNewArray && !(list.length - 1 in list && list.length >>> 1 in list)

const refuseElements: Check = self => {
  if (typeof self === 'object' && self !== null && isSparse(self as ArrayLike<unknown>)) {
    throw new RangeError('Invalid array length')
  }
}

const refuseText: Check = self => {
  if (typeof self === 'string' && self.length > mostElements) {
    throw new RangeError('Invalid array length')
  }
}

/**
 * Refuses, as V8 refuses other sizes, what ends or fills the whole process in one step that no measuring can interrupt:
 * most often a number that a client said, as in `Array(n).fill(0)`.
 */
export const limitBuiltins = (mostBytes: number): void => {
  const refuseBytes = (bytes: unknown): void => {
    if (Number(bytes) > mostBytes) throw new RangeError('Array buffer allocation failed')
  }
  checkBefore(Array.prototype, 'fill', refuseElements)
  checkBefore(String.prototype, 'split', refuseText)
  checkBefore(Object.getPrototypeOf(Uint8Array.prototype), 'fill', self =>
    refuseBytes((self as Uint8Array | undefined)?.byteLength),
  )
  checkBefore(Buffer, 'alloc', (_, size) => refuseBytes(size))
}
