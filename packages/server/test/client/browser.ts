import { clientPaths } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { publicUrl } from '../providers/oauth/openid-shop.ts'

/** A window: it keeps cookies, follows nothing on its own, and reaches the server under its public name. */
export type Browser = {
  readonly cookies: Map<string, string>
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** Posts a form, as a page of another site does. */
  post(url: string, form: Readonly<Record<string, string>>): Promise<Response>
}

const keep = (cookies: Map<string, string>, response: Response): void => {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';', 1)
    const at = pair.indexOf('=')
    if (/Max-Age=0/.test(line)) cookies.delete(pair.slice(0, at))
    else cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

export const openBrowser = (server: TestServer): Browser => {
  const cookies = new Map<string, string>()
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url.replace(publicUrl, server.url), {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, ...(cookie !== '' && { cookie }) },
    })
    keep(cookies, response)
    return response
  }
  return {
    cookies,
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, form) =>
      send(url, {
        method: 'POST',
        headers: { origin: 'https://appleid.apple.com' },
        body: new URLSearchParams(form),
      }),
  }
}

/** Where realm-web opens a window for a log-in by redirect. */
export const loginUrl = (
  provider: string,
  query: Readonly<Record<string, string>>,
  appId = 'test-aaaaa',
): string => `${publicUrl}${clientPaths.login(appId, provider)}?${new URLSearchParams(query)}`

/** What the page of the app reads behind `#`, as realm-web does: a pair is parted at `=`, once. */
export const readHash = (response: Response): Readonly<Record<string, string>> => {
  const location = response.headers.get('location') ?? ''
  const pairs = location
    .slice(location.indexOf('#') + 1)
    .split('&')
    .map(pair => pair.split('='))
  return Object.fromEntries(
    pairs.map(([name = '', value = '', ...rest]) => {
      if (rest.length > 0) throw new Error(`not encoded: ${location}`)
      return [name, decodeURIComponent(value)]
    }),
  )
}
