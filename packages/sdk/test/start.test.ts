import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const entry = new URL('../src/index.ts', import.meta.url).href

/** Which files a new program has loaded after these statements, by what is read while it runs. */
const loadedAfter = (statements: string): string[] => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
    const Realm = await import('${entry}')
    ${statements}
    console.log(JSON.stringify(loaded))`
  const args = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const output = execFileSync(
    process.execPath,
    [...args, '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  )
  return JSON.parse(output)
}

const inMemory = `new Realm.App({ id: 'a', metadata: { mode: 'inMemory' } }).allUsers`

describe('a program that starts', () => {
  it('has loaded neither bson nor what describes the wire to servers', () => {
    const loaded = loadedAfter(inMemory)

    expect(
      loaded.filter(url => /\/(bson|zod)\/|\/ejson\.|log-in|linking|follow|event-reader/.test(url)),
    ).toEqual([])
    expect(loaded.filter(url => url.includes('/packages/sdk/'))).toContain(entry)
    expect(loaded.filter(url => url.startsWith('file:')).length).toBeLessThan(46)
  })

  it('loads bson with the first value of it', () => {
    const loaded = loadedAfter(`${inMemory}; new Realm.BSON.ObjectId()`)

    expect(loaded.filter(url => /\/bson\/lib\//.test(url))).toHaveLength(1)
  })
})
