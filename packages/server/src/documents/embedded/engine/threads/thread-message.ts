/** What a thread is told about its file. The answer to `close` is `closed`. */
export type ThreadMessage<Options> =
  | { readonly kind: 'open'; readonly options: Options }
  | { readonly kind: 'close' }
