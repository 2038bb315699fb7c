import { compileFunction } from 'node:vm'

/**
 * Keeps JavaScript's own objects as they are, from call to call: what a call adds to `Object.prototype` or to
 * `globalThis`, or puts in the place of `JSON.parse`, another user's call must not see.
 */
export type Realm = {
  /**
   * Undoes what was changed. False when something cannot be undone.
   *
   * @param isThorough compares everything, not only what is most exposed
   */
  repair(isThorough: boolean): boolean
  /** True when nothing was changed: what changes from now on may be taken for its own. */
  isWhole(): boolean
  /** Takes everything as it is now for how it should be. */
  adopt(): void
}

type Kept = {
  readonly object: object
  readonly keys: readonly PropertyKey[]
  /** `undefined` for what is not compared. */
  readonly descriptors: readonly (PropertyDescriptor | undefined)[]
}

/** The ones of now, whatever a call puts in their place. */
const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty } = Reflect
const { is } = Object

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Names of objects that scripts of a call reach; those of Node's are objects of modules. */
const roots = [
  'Object Function Array String Number Boolean Symbol BigInt Date RegExp Promise Map Set WeakMap WeakSet',
  'WeakRef FinalizationRegistry Error AggregateError EvalError RangeError ReferenceError SyntaxError',
  'TypeError URIError JSON Math Reflect Proxy Intl ArrayBuffer SharedArrayBuffer DataView Atomics',
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array',
  'Float64Array BigInt64Array BigUint64Array Buffer URL URLSearchParams TextEncoder TextDecoder',
]
  .join(' ')
  .split(' ')

const functions = [
  'parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent',
  'setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask',
  'structuredClone console process',
]
  .join(' ')
  .split(' ')

const hidden = (): object[] => {
  const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
  return [
    iterator,
    Object.getPrototypeOf([][Symbol.iterator]()),
    Object.getPrototypeOf(new Map()[Symbol.iterator]()),
    Object.getPrototypeOf(new Set()[Symbol.iterator]()),
    Object.getPrototypeOf(Int8Array),
    Object.getPrototypeOf(Int8Array.prototype),
    Object.getPrototypeOf(async () => {}),
    Object.getPrototypeOf(function* () {}),
    Object.getPrototypeOf(async function* () {}),
    Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype),
  ]
}

/** What inputs of a call reach through `__proto__` and `constructor`: looked at after each call. */
const exposed = (): object[] => [
  globalThis,
  Object.prototype,
  Array.prototype,
  String.prototype,
  Function.prototype,
  Promise.prototype,
  Object,
  Array,
  Promise,
  JSON,
]

/** Their keys are not quick to list: what is added to them shows when all is compared. */
const slowKeys: readonly object[] = [globalThis, String.prototype]

const everything = (own: readonly object[]): object[] => {
  const named = roots
    .map(name => (globalThis as unknown as Record<string, unknown>)[name])
    .filter(isObject)
  const prototypes = named.map(one => (one as { prototype?: unknown }).prototype).filter(isObject)
  return [globalThis, ...new Set([...named, ...prototypes, ...hidden(), ...own])]
}

/** Node's own globals are loaded by looking at them; symbols are Node's. */
const isLazy = (object: object, key: PropertyKey): boolean =>
  object === globalThis && !roots.includes(String(key)) && !functions.includes(String(key))

const keysOf = (object: object): PropertyKey[] => {
  const keys = ownKeys(object)
  if (object !== globalThis) return keys
  const named: PropertyKey[] = []
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as PropertyKey
    if (typeof key === 'string') named[named.length] = key
  }
  return named
}

const keep = (object: object): Kept => {
  const keys = keysOf(object)
  return {
    object,
    keys,
    descriptors: keys.map(key =>
      isLazy(object, key) ? undefined : getOwnPropertyDescriptor(object, key),
    ),
  }
}

const isSame = (one: PropertyDescriptor, other: PropertyDescriptor | undefined): boolean =>
  other !== undefined &&
  is(one.value, other.value) &&
  one.get === other.get &&
  one.set === other.set &&
  one.writable === other.writable &&
  one.enumerable === other.enumerable

const isChanged = ({ object, keys, descriptors }: Kept, index: number): boolean => {
  const was = descriptors[index]
  const key = keys[index] as PropertyKey
  return was !== undefined && !isSame(was, getOwnPropertyDescriptor(object, key))
}

const isKept = (kept: Kept): boolean => {
  if (keysOf(kept.object).length !== kept.keys.length) return false
  for (let index = 0; index < kept.keys.length; index += 1) {
    if (isChanged(kept, index)) return false
  }
  return true
}

const isAmong = (keys: readonly PropertyKey[], key: PropertyKey): boolean => {
  for (let index = 0; index < keys.length; index += 1) if (keys[index] === key) return true
  return false
}

const restore = (kept: Kept): void => {
  const { object, keys, descriptors } = kept
  for (let index = 0; index < keys.length; index += 1) {
    const was = descriptors[index]
    if (was !== undefined && isChanged(kept, index)) {
      defineProperty(object, keys[index] as PropertyKey, was)
    }
  }
  const found = keysOf(object)
  for (let index = 0; index < found.length; index += 1) {
    const key = found[index] as PropertyKey
    if (!isAmong(keys, key)) deleteProperty(object, key)
  }
}

type Probe = () => boolean

const isName = (key: PropertyKey): key is string =>
  typeof key === 'string' && /^[A-Za-z_$][\w$]*$/.test(key)

const isComparable = (was: PropertyDescriptor | undefined): boolean =>
  was !== undefined && 'value' in was && !Number.isNaN(was.value)

/**
 * Code that compares each value by its name, which takes nanoseconds once it is compiled: it sees values in
 * the place of others. What was added shows when the object's, or an heir's, keys are listed.
 */
const makeProbe = ({ object, keys, descriptors }: Kept): Probe => {
  const named = keys.flatMap((key, index) =>
    isName(key) && isComparable(descriptors[index])
      ? [{ key, value: descriptors[index]?.value as unknown }]
      : [],
  )
  const values = named.map(({ value }) => value)
  const same = named.map(({ key }, index) => `object.${key} === v${index}`)
  const listing = slowKeys.includes(object)
    ? ''
    : 'let count = 0; for (const key in object) count += 1; if (count !== expected) return false'
  const body = `${listing}; return ${['true', ...same].join(' && ')}`
  let expected = 0
  for (const _key in object) expected += 1
  return compileFunction(`return () => {${body}}`, [
    'object',
    'expected',
    ...values.map((_, index) => `v${index}`),
  ])(object, expected, ...values) as Probe
}

/** @param own objects of ours that calls reach */
export const openRealm = (own: readonly object[]): Realm => {
  const objects = everything(own)
  let kept: Kept[] = []
  let probes: Probe[] = []

  const adopt = (): void => {
    kept = objects.map(keep)
    probes = exposed().map(object => makeProbe(keep(object)))
  }
  adopt()

  const looksWhole = (): boolean => {
    for (let index = 0; index < probes.length; index += 1) {
      if (!(probes[index] as Probe)()) return false
    }
    return true
  }
  const isWhole = (): boolean => {
    for (let index = 0; index < kept.length; index += 1) {
      if (!isKept(kept[index] as Kept)) return false
    }
    return true
  }

  return {
    isWhole,
    adopt,
    repair: isThorough => {
      if (isThorough ? isWhole() : looksWhole()) return true
      for (let index = 0; index < kept.length; index += 1) restore(kept[index] as Kept)
      return isWhole()
    },
  }
}
