import type { RequestListener } from 'node:http'

/**
 * Answers with what is loaded when it is asked for the first time; whoever asks meanwhile waits. What cannot be loaded
 * costs the connection, and the next request tries again.
 */
export const atFirstRequest = (
  load: () => Promise<RequestListener>,
  onFailure: (error: unknown) => void,
): RequestListener => {
  let loaded: RequestListener | undefined
  let loading: Promise<RequestListener> | undefined

  const begin = async (): Promise<RequestListener> => {
    try {
      loaded = await load()
      return loaded
    } finally {
      loading = undefined
    }
  }

  return (request, response) => {
    if (loaded !== undefined) return loaded(request, response)
    loading ??= begin()
    loading.then(
      answer => answer(request, response),
      error => {
        onFailure(error)
        response.destroy()
      },
    )
  }
}
