import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../src/storage/lock.ts'
import { makeFolder } from '../wire-server.ts'

describe('the lock of a folder', () => {
  it('is gone after the work, also when the work failed', () => {
    using folder = makeFolder()
    const path = join(folder.path, 'lock')
    const fail = () => {
      throw new Error('no room')
    }

    expect(withLock(path, () => existsSync(path))).toBe(true)
    expect(() => withLock(path, fail)).toThrow('no room')

    expect(existsSync(path)).toBe(false)
  })

  it('stays with who took it over while its owner stood still', () => {
    using folder = makeFolder()
    const path = join(folder.path, 'lock')

    withLock(path, () => writeFileSync(path, 'another process'))

    expect(readFileSync(path, 'utf8')).toBe('another process')
  })
})
