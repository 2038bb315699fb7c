/** One server-sent event, its data decoded. */
export type StreamEvent = { readonly type: string; readonly data: string }

const decoded: Readonly<Record<string, string>> = { '%25': '%', '%0A': '\n', '%0D': '\r' }

/** Three characters are encoded and no others: this is no URL encoding. */
const decode = (data: string): string =>
  data.replace(/%(?:25|0A|0D)/g, encoded => decoded[encoded] as string)

/**
 * Takes the bytes of a stream in pieces of any size and gives the events that are whole. What is left when a
 * stream ends was never an event.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html, less `id`, `retry` and a lone CR, which
 * realm-core's `WatchStream` does not know either
 */
export const createEventReader = (): ((chunk: Uint8Array) => StreamEvent[]) => {
  const decoder = new TextDecoder()
  let rest = ''
  let type = ''
  let lines: string[] = []

  const dispatch = (): StreamEvent | undefined => {
    const event = lines.length === 0 ? undefined : { type, data: decode(lines.join('\n')) }
    type = ''
    lines = []
    return event
  }

  const take = (line: string): StreamEvent | undefined => {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') type = value
    else if (field === 'data') lines.push(value)
    return undefined
  }

  return chunk => {
    const events: StreamEvent[] = []
    const pieces = decoder.decode(chunk, { stream: true }).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      const line = rest + piece
      rest = ''
      const event = take(line.endsWith('\r') ? line.slice(0, -1) : line)
      if (event) events.push(event)
    }
    rest += last
    return events
  }
}
