import { describe, expect, it } from 'vitest'
import { openLog } from '../src/log.ts'

const logged = (fields: Record<string, unknown>): Record<string, unknown> => {
  const lines: string[] = []
  openLog({ level: 'info', to: { write: line => void lines.push(line) } }).info('text', fields)
  return JSON.parse(lines[0] ?? '{}')
}

describe('the log', () => {
  it('blots out what is named like a secret, at any depth, and changes nothing it was given', () => {
    const fields = {
      password: 'hunter2',
      user: { name: 'ada', apiKey: 'k', deep: { refresh_token: 'r', ok: 1 } },
      status: 200,
    }

    expect(logged(fields)).toMatchObject({
      msg: 'text',
      password: '[secret]',
      user: { name: 'ada', apiKey: '[secret]', deep: { refresh_token: '[secret]', ok: 1 } },
      status: 200,
    })
    expect(fields.password).toBe('hunter2')
    expect(fields.user.deep.refresh_token).toBe('r')
  })

  it('leaves out who logs in at the MongoDB address of an error', () => {
    const err = new Error('cannot reach mongodb+srv://ada:hunter2@db.example.com/shop')

    expect(logged({ err })).toMatchObject({
      err: { message: 'cannot reach mongodb+srv://[secret]@db.example.com/shop' },
    })
    expect(JSON.stringify(logged({ err }))).not.toContain('hunter2')
  })

  it('leaves out lines below its level', () => {
    const lines: string[] = []
    const log = openLog({ level: 'warn', to: { write: line => void lines.push(line) } })

    log.debug('a')
    log.info('b')
    log.warn('c')
    log.error('d', { err: 'not an error' })

    expect(lines.map(line => JSON.parse(line).msg)).toEqual(['c', 'd'])
  })
})
