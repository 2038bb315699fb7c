import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { SMTPServer } from 'smtp-server'
import { describe, expect, it } from 'vitest'
import { post, refused } from '../client/clients.ts'

type Received = { readonly from: string; readonly to: string[]; readonly message: string }

/** A real SMTP server; with `refuse` it takes no recipient. */
const startSmtp = async (refuse = false) => {
  const letters: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'regent' && password === 'p@ss'
        ? done(null, { user: username })
        : done(new Error('wrong')),
    onRcptTo: (_address, _session, done) => done(refuse ? new Error('no such mailbox') : null),
    onData: async (stream, { envelope }, done) => {
      const from = envelope.mailFrom === false ? '' : (envelope.mailFrom?.address ?? '')
      letters.push({
        from,
        to: envelope.rcptTo.map(({ address }) => address),
        message: await text(stream),
      })
      done()
    },
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    letters,
    url: `smtp://regent:p%40ss@127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

const byMail = (smtp: { url: string }) => ({
  app: {
    providers: [
      {
        type: 'local-userpass' as const,
        config: { autoConfirm: false, confirmEmailSubject: 'Bestätigen' },
      },
    ],
  },
  settings: { mail: smtp.url, mailFrom: 'Käseladen <shop@example.com>' },
})

const register = clientPaths.register('test-aaaaa')

describe('SMTP', () => {
  it('hands a letter over whose link confirms the user', async () => {
    await using smtp = await startSmtp()
    await using server = await startTestServer(byMail(smtp))

    const answer = await post(server, register, { email: 'ada@example.com', password: '123456' })

    expect(answer.status).toBe(201)
    expect(smtp.letters).toMatchObject([{ from: 'shop@example.com', to: ['ada@example.com'] }])
    const { message } = smtp.letters[0] as Received
    expect(message).toMatch(/^Subject: =\?UTF-8\?Q\?Best=C3=A4tigen\?=\r?$/m)
    expect(message).toMatch(/^To: ada@example\.com\r?$/m)
    expect(message).toContain('multipart/alternative')
    const plain = message.replace(/=\r?\n/g, '').replaceAll('=3D', '=')
    const link = new URL(/http:\S+\/pages\/confirm\?[^\s"<]+/.exec(plain)?.[0] ?? '')
    const { token, tokenId } = Object.fromEntries(link.searchParams)
    const confirm = clientPaths.confirm('test-aaaaa')
    expect((await post(server, confirm, { token, tokenId })).status).toBe(204)
    expect(await server.mailbox()).toEqual([])
  })

  it('that does not take the letter fails the registration, which leaves nothing', async () => {
    await using smtp = await startSmtp(true)
    await using server = await startTestServer(byMail(smtp))
    const ada = { email: 'ada@example.com', password: '123456' }

    expect(await refused(await post(server, register, ada))).toMatchObject({
      status: 400,
      error: 'error processing request',
    })
    expect(await refused(await post(server, register, ada))).toMatchObject({ status: 400 })
    const log = JSON.stringify(server.logs())
    expect(log).toContain('a letter could not be sent')
    expect(log).not.toContain('p@ss')
    expect(log).not.toContain('p%40ss')
  })
})
