/** An app's files as they were deployed: bytes by path below the directory, with `/`. */
export type AppFiles = ReadonlyMap<string, Uint8Array>

/** Things of an app that the Admin API names by an id. The id stays when the thing is renamed or deployed again. */
export type ItemKind =
  | 'function'
  | 'value'
  | 'environment-value'
  | 'service'
  | 'default-rule'
  | 'rule'
  | 'trigger'
  | 'endpoint'
  | 'log-forwarder'

/**
 * An app's directory, of the current layout, open to change. Nothing of it counts before `changeApp` has checked and
 * deployed it whole.
 */
export type Definition = {
  readonly clientAppId: string
  /** Paths of all files, in alphabetical order; with `folder`, those below it. */
  paths(folder?: string): string[]
  /** `undefined` when there is no such file. */
  readText(path: string): string | undefined
  /** `undefined` removes the file. */
  writeText(path: string, text: string | undefined): void
  /** `undefined` when there is no such file. Numbers keep their text: `1.0` is written as it was read. */
  readJson(path: string): unknown
  /** Two spaces and a final newline; `undefined` removes the file. */
  writeJson(path: string, value: unknown): void
  /** 24 hex characters: the one it has, or a new one. */
  idOf(kind: ItemKind, name: string): string
  nameOf(kind: ItemKind, id: string): string | undefined
  /** The thing of that name keeps its id under the other name. */
  rename(kind: ItemKind, from: string, to: string): void
}
