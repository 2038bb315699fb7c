/** Where a sign-in led: an address of the client, and what is posted there with `response_mode=form_post`. */
export type SignedIn = {
  readonly url: string
  readonly form?: Readonly<Record<string, string>>
}

const mostSteps = 10

const fromHtml = (text: string): string =>
  text
    .replace(/&quot;|&#34;/g, '"')
    .replace(/&#39;|&#x27;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')

const readForm = (html: string): SignedIn => {
  const [, action = ''] = /<form[^>]*\baction="([^"]*)"/.exec(html) ?? []
  const inputs = html.matchAll(/<input[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)
  const form = Object.fromEntries(
    Array.from(inputs, ([, name = '', value = '']) => [fromHtml(name), fromHtml(value)]),
  )
  return { url: fromHtml(action), form }
}

/** Cookies of one sign-in, whatever path they are for. */
const openJar = () => {
  const cookies = new Map<string, string>()
  return {
    header: () => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '),
    take: (response: Response): void => {
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';', 1)
        const at = pair.indexOf('=')
        if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(pair.slice(0, at))
        else cookies.set(pair.slice(0, at), pair.slice(at + 1))
      }
    },
  }
}

/**
 * Signs in as a browser would, from an authorization address to the address of the client that it leads to,
 * which is not asked.
 *
 * @param person `sub` of who is picked; empty for nobody, which the client is told as `access_denied`
 * @throws Error when the provider refuses
 */
export const signIn = async (start: string, person: string): Promise<SignedIn> => {
  const { origin } = new URL(start)
  const jar = openJar()
  let url = start
  let body: URLSearchParams | undefined
  for (let step = 0; step < mostSteps; step += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: jar.header() },
      ...(body && { method: 'POST', body }),
    })
    jar.take(response)
    body = undefined
    const location = response.headers.get('location')
    if (location !== null) {
      url = new URL(location, url).href
      if (new URL(url).origin !== origin) return { url }
      continue
    }
    const html = await response.text()
    if (!response.ok) throw new Error(`the provider answered ${response.status}: ${html}`)
    if (!url.includes('/interaction/')) return readForm(html)
    body = new URLSearchParams({ person })
  }
  throw new Error('signing in does not come to an end')
}
