import { describe, expect, it } from 'vitest'
import { isPasswordLength } from '../../src/domain/password.ts'

describe('isPasswordLength', () => {
  it('asks for 6 to 128 characters', () => {
    expect(isPasswordLength('12345')).toBe(false)
    expect(isPasswordLength('123456')).toBe(true)
    expect(isPasswordLength('x'.repeat(128))).toBe(true)
    expect(isPasswordLength('x'.repeat(129))).toBe(false)
    expect(isPasswordLength('')).toBe(false)
  })

  it('counts a character outside the basic plane as one', () => {
    expect(isPasswordLength('😀'.repeat(5))).toBe(false)
    expect(isPasswordLength('😀'.repeat(6))).toBe(true)
    expect(isPasswordLength('😀'.repeat(128))).toBe(true)
    expect(isPasswordLength('😀'.repeat(129))).toBe(false)
  })

  it('refuses a megabyte in no time', () => {
    const startedAt = performance.now()
    expect(isPasswordLength('x'.repeat(1_000_000))).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(5)
  })
})
