import { describe, expect, it } from 'vitest'
import { renderApp } from '../../src/apps/definition/render/render-app.ts'
import { readAppFiles } from '../../src/apps/read-directory.ts'
import type { App } from '../../src/domain/app.ts'
import { problemsOf, readShop } from './problems.ts'

const withFunction = { 'functions/old.js': 'exports = () => ({ status: "fail" })' }

const read = async (migration: object) =>
  (await readShop({ ...withFunction, 'regent.json': { migration } })).migration

describe('migration of regent.json', () => {
  it('names a function, or an address and a secret, and whether letters are sent', async () => {
    expect(await read({ function: 'old' })).toEqual({ functionName: 'old', sendsLetters: false })
    expect(await read({ url: 'https://old.example/check', secret: 'key', letters: true })).toEqual({
      url: 'https://old.example/check',
      secretName: 'key',
      sendsLetters: true,
    })
    expect((await readShop({})).migration).toBeUndefined()
  })

  it('is refused when a function or an address cannot be, or both are there', async () => {
    const problems = (migration: unknown) =>
      problemsOf({ ...withFunction, 'regent.json': { migration } })

    expect(await problems({ function: 'odl' })).toEqual([
      'regent.json: migration.function names the function "odl", which is not in functions/: is "old" meant?',
    ])
    expect(await problems({ url: 'ftp://old.example' })).toEqual([
      'regent.json: migration.url must be an http or https address, not "ftp://old.example"',
    ])
    expect(await problems({ function: 'old', url: 'https://old.example' })).toEqual([
      'regent.json: migration.url and function are both there: one of them must go',
    ])
    expect(await problems({ function: 'old', secret: 'key' })).toEqual([
      'regent.json: migration.secret is for requests to a url, and there is none',
    ])
    expect(await problems({ letter: true })).toEqual([
      'regent.json: migration.letter is no setting of a migration; there are function, url, secret, letters',
    ])
    expect(await problems('old')).toEqual(['regent.json: migration must be an object, not "old"'])
  })

  it('stands in the directory that is made from an app', async () => {
    for (const migration of [
      { functionName: 'old', sendsLetters: false },
      { url: 'https://old.example/check', secretName: 'key', sendsLetters: true },
    ]) {
      const { path: _path, files: _files, ...shop } = await readShop(withFunction)
      const app = { ...shop, id: 'a'.repeat(24), deployedAt: 0, migration } as unknown as App

      const again = await readAppFiles('/again', renderApp(app))

      expect(again.migration).toEqual(migration)
    }
  })
})
