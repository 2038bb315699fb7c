import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

/** A web page that uses the published `realm-web` bundle for browsers, unchanged. */
export type Site = {
  readonly origin: string
  /** Where the page wants to be sent back to. */
  readonly redirectUrl: string
  [Symbol.asyncDispose](): Promise<void>
}

const home = `<!doctype html><meta charset="utf-8"><title>Shop</title>
<script src="/realm-web.js"></script>
<button id="log-in">Log in</button> <button id="link">Link</button> <output></output>
<script>
  const { id, baseUrl, provider } = Object.fromEntries(new URLSearchParams(location.search))
  const app = new Realm.App({ id, baseUrl })
  const redirectUrl = location.origin + '/done'
  const credentials = () =>
    Realm.Credentials[provider](provider === 'google' ? { redirectUrl } : redirectUrl)
  const tell = async work => {
    const output = document.querySelector('output')
    try {
      await work()
      const user = app.currentUser
      output.value = JSON.stringify({ id: user.id, identities: user.identities, profile: user.profile })
    } catch (error) {
      output.value = JSON.stringify({ error: error.message })
    }
  }
  document.querySelector('#log-in').onclick = () => tell(() => app.logIn(credentials()))
  document.querySelector('#link').onclick = () =>
    tell(() => app.currentUser.linkCredentials(credentials()))
  window.ready = app
</script>`

const done = `<!doctype html><meta charset="utf-8"><title>Done</title>
<script src="/realm-web.js"></script><script>Realm.handleAuthRedirect()</script>`

const bundle = createRequire(import.meta.url)
  .resolve('realm-web')
  .replace(/bundle\.\w+\.js$/, 'bundle.iife.js')

/** Serves the page on a free port. */
export const openSite = async (): Promise<Site> => {
  const script = await readFile(bundle, 'utf8')
  const pages: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html', home],
    '/done': ['text/html', done],
    '/realm-web.js': ['text/javascript', script],
  }
  const server = createServer((request, response) => {
    const [type, text] = pages[new URL(request.url ?? '/', 'http://site').pathname] ?? ['', '']
    response.writeHead(text === '' ? 404 : 200, { 'content-type': type }).end(text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    redirectUrl: `${origin}/done`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
