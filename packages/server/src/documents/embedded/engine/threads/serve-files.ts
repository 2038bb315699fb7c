import type { MessagePort } from 'node:worker_threads'
import type { ThreadMessage } from './thread-message.ts'

/** Serves one file after the other: the next is named when the one before is closed. */
export type Serve<Options, Message> = (
  port: MessagePort,
  options: Options,
) => (message: Message | { readonly kind: 'close' }) => void

export const serveFiles = <Options, Message>(
  port: MessagePort,
  first: Options,
  serve: Serve<Options, Message>,
): void => {
  let take = serve(port, first)
  port.on('message', (message: Message | ThreadMessage<Options>) => {
    if (isOpening(message)) take = serve(port, message.options)
    else take(message)
  })
}

const isOpening = <Options>(
  message: unknown,
): message is Extract<ThreadMessage<Options>, { kind: 'open' }> =>
  (message as { kind?: unknown }).kind === 'open'
