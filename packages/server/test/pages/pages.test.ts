import { clientPaths, serverPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post } from '../client/clients.ts'

const ada = { email: 'ada@example.com', password: 'correct horse' }
const adaLogin = { username: ada.email, password: ada.password }
const byMail = {
  app: {
    name: '<i>shop</i>',
    providers: [{ type: 'local-userpass', config: { autoConfirm: false } }],
  },
} as const

const lastLink = async (server: TestServer): Promise<URL> =>
  new URL((await server.mailbox())[0]?.link ?? '')

const submit = (server: TestServer, path: string, fields: Record<string, string>) =>
  server.request('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })

const canLogIn = async (server: TestServer, password = ada.password): Promise<boolean> => {
  const path = clientPaths.login('test-aaaaa', 'local-userpass')
  return (await post(server, path, { ...adaLogin, password })).status === 200
}

describe('the confirm page', () => {
  it('confirms by its button, not by being opened', async () => {
    await using server = await startTestServer(byMail)
    await post(server, clientPaths.register('test-aaaaa'), ada)
    const link = await lastLink(server)

    for (let opened = 0; opened < 3; opened++) expect((await fetch(link)).status).toBe(200)
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200)
    expect(await canLogIn(server)).toBe(false)
    const done = await submit(
      server,
      serverPaths.confirmPage(),
      Object.fromEntries(link.searchParams),
    )

    expect(done.status).toBe(200)
    expect(await done.text()).toContain('Your e-mail address is confirmed')
    expect(await canLogIn(server)).toBe(true)
    const again = await submit(
      server,
      serverPaths.confirmPage(),
      Object.fromEntries(link.searchParams),
    )
    expect(again.status).toBe(400)
    expect(await again.text()).toContain('This link no longer works')
  })

  it('escapes whatever comes from outside, loads nothing and cannot be framed', async () => {
    await using server = await startTestServer(byMail)
    const query = new URLSearchParams({
      app: 'test-aaaaa',
      token: '"><script>alert(1)</script>',
      tokenId: "'onload='x",
    })

    const page = await server.request('GET', `${serverPaths.confirmPage()}?${query}`)
    const html = await page.text()

    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(html).not.toContain('<script')
    expect(html).not.toContain("'onload")
    expect(html).toContain('&#60;i&#62;shop&#60;/i&#62;')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
  })

  it('says so when the link is cut off or its app is unknown', async () => {
    await using server = await startTestServer(byMail)

    for (const query of [
      '',
      '?app=test-aaaaa&token=x',
      '?app=nobody&token=x&tokenId=y',
      '?app=a&app=b',
    ]) {
      const page = await server.request('GET', `${serverPaths.confirmPage()}${query}`)
      expect(page.status).toBe(400)
      expect(await page.text()).toContain('This link is not complete')
    }
  })
})

describe('the reset page', () => {
  it('sets a new password, and lets a typing error be mended', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register('test-aaaaa'), ada)
    await post(server, clientPaths.resetSend('test-aaaaa'), { email: ada.email })
    const link = await lastLink(server)
    const fields = Object.fromEntries(link.searchParams)
    const send = (password: string, again: string) =>
      submit(server, serverPaths.resetPage(), { ...fields, password, again })

    expect(await (await fetch(link)).text()).toContain('autocomplete="new-password"')
    const different = await send('battery staple', 'battery stapler')
    expect(different.status).toBe(400)
    expect(await different.text()).toContain('not the same')
    const short = await send('12345', '12345')
    expect(await short.text()).toContain('password must be between 6 and 128 characters')
    expect(await canLogIn(server)).toBe(true)

    const done = await send('battery staple', 'battery staple')
    expect(await done.text()).toContain('Your password is changed')
    expect(await canLogIn(server)).toBe(false)
    await logIn(server, 'local-userpass', { ...adaLogin, password: 'battery staple' })
    expect(await (await send('123456', '123456')).text()).toContain('This link no longer works')
  })
})
