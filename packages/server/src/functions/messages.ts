import type { AppFunction } from '../domain/function.ts'
import type { FunctionProblem } from './call.ts'

/** What crosses between the server and a thread: primitives as they are, all else as the bytes of a BSON document. */
export type Packed = Primitive | Uint8Array
export type PackedList = readonly Primitive[] | Uint8Array
export type Primitive = string | number | boolean | null | undefined

/** What `context.app` says. */
export type AppFacts = {
  readonly id: string
  readonly clientAppId: string
  readonly name: string
  readonly projectId: string
  readonly deployment: { readonly model: string; readonly providerRegion: string }
  /** In ISO 8601. */
  readonly lastDeployed: string
  readonly hostingUri: string
}

export type ThreadFunction = Pick<
  AppFunction,
  'name' | 'source' | 'runAsSystem' | 'runAsUserId' | 'runAsUserIdScriptSource'
>

/** What a thread knows of its app from the start. */
export type ThreadApp = {
  readonly facts: AppFacts
  readonly functions: readonly ThreadFunction[]
  readonly environment: {
    readonly tag: string
    readonly values: Readonly<Record<string, unknown>>
  }
  readonly dataSources: readonly string[]
  /** Names of what sends HTTP requests, beside `http`. */
  readonly httpServices: readonly string[]
  /** Folder below which packages are looked for. */
  readonly folder: string
  /** By name; each as JSON. */
  readonly values: ThreadValues
}

export type ThreadValues = Readonly<Record<string, string>>

export type ThreadOptions = {
  readonly app: ThreadApp
  readonly cells: SharedArrayBuffer
  readonly answers: SharedArrayBuffer
  readonly memoryMib: number
}

export type CallMessage = {
  readonly call: number
  readonly cell: number
  readonly name: string
  readonly args: PackedList
  readonly callerId: string | undefined
  /** `context.user`: as JSON, or packed when it has custom data; `undefined` is the system. */
  readonly user: string | Uint8Array | undefined
  /** `context.request` as JSON. */
  readonly request: string | undefined
}

/** A call on its way: lists without names cross in half the time. */
export type CallRow = readonly [
  call: number,
  cell: number,
  name: string,
  args: PackedList,
  callerId?: string | undefined,
  user?: CallMessage['user'],
  request?: string | undefined,
]

/** From the server to a thread. */
export type ToThread =
  | { readonly kind: 'calls'; readonly calls: readonly CallRow[] }
  | { readonly kind: 'values'; readonly values: ThreadValues }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Packed }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string }

/** Whose rights an operation of a service has: the system's, or those of the user of that id. */
export type Actor = { readonly system: true } | { readonly userId: string }

/** From a thread to the server. */
export type FromThread =
  | { readonly kind: 'ready'; readonly task: number | undefined }
  | { readonly kind: 'done'; readonly call: number; readonly value: Packed; readonly lines?: Lines }
  /** Calls have left their results. */
  | { readonly kind: 'left' }
  | ({ readonly kind: 'failed'; readonly call: number; readonly lines?: Lines } & Failure)
  /** The call waits for something: another thread may compute meanwhile. */
  | { readonly kind: 'waiting'; readonly call: number }
  /** The thread should be given no more calls; it starts none of those that it has. */
  | { readonly kind: 'retire' }
  | {
      readonly kind: 'service'
      readonly id: number
      readonly call: number
      readonly service: string
      readonly action: string
      readonly actor: Actor
      readonly args: PackedList
    }

export type Lines = readonly string[]

export type Failure = {
  readonly problem: FunctionProblem
  readonly message: string
  readonly stack?: string | undefined
}
