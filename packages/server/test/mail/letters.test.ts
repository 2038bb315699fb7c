import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { App } from '../../src/domain/app.ts'
import { confirmationLetter, resetLetter } from '../../src/mail/letters.ts'
import { emailProvider, newApp } from '../deps/open-deps.ts'

const config = { ...readConfig({}), publicUrl: 'https://auth.example' }
const input = { to: 'ada@example.com', token: 'a'.repeat(128), tokenId: 'b'.repeat(24) }

const app = (settings: Record<string, unknown> = {}, mail: App['mail'] = {}): App =>
  newApp({
    clientAppId: 'shop-aaaaa',
    name: 'Käse & <b>Brot</b>',
    providers: [emailProvider(settings)],
    mail,
  })

describe('a letter', () => {
  it('leads to the app’s own page when it has one, and keeps what its address holds', () => {
    const url = 'https://shop.example/confirm?lang=de#top'

    const { link } = confirmationLetter(config, app({ emailConfirmationUrl: url }), input)

    expect(link).toBe(
      `https://shop.example/confirm?lang=de&token=${input.token}&tokenId=${input.tokenId}#top`,
    )
    expect(resetLetter(config, app({ resetPasswordUrl: 'shop://reset' }), input).link).toBe(
      `shop://reset?token=${input.token}&tokenId=${input.tokenId}`,
    )
  })

  it('leads to the built-in page otherwise', () => {
    expect(confirmationLetter(config, app(), input).link).toBe(
      `https://auth.example/pages/confirm?app=shop-aaaaa&token=${input.token}&tokenId=${input.tokenId}`,
    )
    expect(resetLetter(config, app(), input).link).toContain('https://auth.example/pages/reset?')
  })

  it('escapes what is not ours in HTML, and nothing in text', () => {
    const { text, html, link } = confirmationLetter(config, app(), input)

    expect(text).toContain('Welcome to Käse & <b>Brot</b>')
    expect(text).toContain(link)
    expect(html).toContain('Käse &#38; &#60;b&#62;Brot&#60;/b&#62;')
    expect(html).not.toContain('<b>Brot')
    expect(html).toContain(link.replaceAll('&', '&#38;'))
    expect(`${text}${html}`).not.toContain('{{')
  })

  it('takes its subject from the template, else the provider, else it is built in', () => {
    const settings = { confirmEmailSubject: 'From the provider' }
    const own = { confirm: { subject: 'Hello {{email}}', text: 'Go: {{ link }} {{unknown}}' } }

    expect(confirmationLetter(config, app(), input).subject).toBe('Confirm your e-mail address')
    expect(confirmationLetter(config, app(settings), input).subject).toBe('From the provider')
    expect(confirmationLetter(config, app(settings, own), input)).toMatchObject({
      subject: 'Hello ada@example.com',
      text: expect.stringMatching(/^Go: https:\S+ \{\{unknown\}\}$/),
      html: expect.stringContaining('Confirm e-mail address'),
    })
  })

  it('never lets an address or a subject write a header', () => {
    const wrong = [
      'a@b.c\r\nBcc: eve@evil.example',
      'a@b.c,eve@evil.example',
      'a@b.c;eve@evil.example',
      'Ada <a@b.c>',
      'a@b.c\0',
      'a b@c.d',
      '',
    ]

    for (const to of wrong)
      expect(() => confirmationLetter(config, app(), { ...input, to })).toThrow('email invalid')
    const settings = { resetPasswordSubject: 'Hi\r\nBcc: eve@evil.example\u2028x' }
    expect(resetLetter(config, app(settings), input).subject).toBe('Hi Bcc: eve@evil.example x')
  })
})
