import { readConfig, settings, unknownSettings } from '@regent/server'
import { describe, expect, it } from 'vitest'

const problems = (env: Record<string, string>, options = {}): string[] => {
  try {
    readConfig(env, options)
  } catch (error) {
    return (error as TypeError).message.split('\n')
  }
  return []
}

describe('readConfig', () => {
  it('has the documented defaults, and takes empty variables as absent', () => {
    expect(readConfig({ REGENT_PORT: '', REGENT_PUBLIC_URL: '' })).toMatchObject({
      host: '127.0.0.1',
      port: 9090,
      data: './.regent',
      passwordMemoryKib: 19_456,
      passwordPasses: 2,
      logLevel: 'info',
    })
    expect(Object.isFrozen(readConfig({}))).toBe(true)
  })

  it('reports every wrong variable at once, by name', () => {
    expect(
      problems({
        REGENT_PORT: '99999',
        REGENT_STORE: 'postgres://x',
        REGENT_MAIL: 'mail.example.com',
        REGENT_MASTER_KEY: 'c2hvcnQ=',
        REGENT_LOG_LEVEL: 'loud',
        REGENT_PUBLIC_URL: 'https://a.example/path',
        REGENT_PASSWORD_PASSES: 'two',
        REGENT_TRUSTED_PROXIES: '10.0.0.0/8, here',
      }),
    ).toEqual([
      'REGENT_PORT must be at most 65535',
      'REGENT_PUBLIC_URL must be scheme, host and port only',
      'REGENT_STORE must be an address that starts with mongodb:// or mongodb+srv://',
      'REGENT_MAIL must be an address that starts with smtp:// or smtps://',
      'REGENT_MASTER_KEY must be 32 bytes in base64',
      'REGENT_PASSWORD_PASSES must be a number',
      'REGENT_TRUSTED_PROXIES must be addresses or subnets, parted by commas',
      'REGENT_LOG_LEVEL must be one of debug, info, warn, error, silent',
    ])
  })

  it('asks for a public URL where others can reach the server, but not for development', () => {
    const open = { REGENT_HOST: '0.0.0.0' }

    expect(problems(open)).toEqual([
      'REGENT_PUBLIC_URL is required when REGENT_HOST is not loopback (0.0.0.0)',
    ])
    expect(problems(open, { dev: true })).toEqual([])
    expect(problems({ REGENT_HOST: '::1' })).toEqual([])
    expect(readConfig({ ...open, REGENT_PUBLIC_URL: 'https://a.example/' }).publicUrl).toBe(
      'https://a.example',
    )
  })

  it('knows mistyped variables', () => {
    const env = { REGENT_PROT: '1', REGENT_PORT: '1', REGENT_ADMIN_KEY: 'a:b', PATH: '' }

    expect(unknownSettings(env)).toEqual(['REGENT_PROT'])
  })

  it('wants an address and one password for the first operator', () => {
    const email = { REGENT_ADMIN_EMAIL: 'ada@example.com' }
    const password = { REGENT_ADMIN_PASSWORD: 'correct horse' }
    const file = { REGENT_ADMIN_PASSWORD_FILE: '/run/secrets/password' }

    expect(problems({ ...email, ...password })).toEqual([])
    expect(problems({ ...email, ...file })).toEqual([])
    expect(problems(email)).toEqual([
      'REGENT_ADMIN_EMAIL needs REGENT_ADMIN_PASSWORD or REGENT_ADMIN_PASSWORD_FILE',
    ])
    expect(problems(password)).toEqual(['REGENT_ADMIN_PASSWORD needs REGENT_ADMIN_EMAIL'])
    expect(problems({ ...email, ...password, ...file })).toEqual([
      'REGENT_ADMIN_PASSWORD and REGENT_ADMIN_PASSWORD_FILE are both set: one is enough',
    ])
    expect(problems({ REGENT_ADMIN_EMAIL: 'ada', REGENT_ADMIN_PASSWORD: 'short' })).toEqual([
      'REGENT_ADMIN_EMAIL must be an e-mail address',
      'REGENT_ADMIN_PASSWORD must have 8 to 128 characters',
    ])
  })

  it('says what each setting is', () => {
    for (const { env, about } of Object.values(settings)) {
      expect(env).toMatch(/^REGENT_[A-Z_]+$/)
      expect(about.length).toBeGreaterThan(10)
    }
  })
})
