import { randomBytes } from 'node:crypto'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dropDatabases, testCluster } from '@regent/server/testing'
import { MongoClient, ObjectId } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { type Folder, makeFolder, startCli } from './process.ts'
import { run } from './terminal.ts'

const fixture = fileURLToPath(new URL('./fixtures/library', import.meta.url))

const ada = { email: 'ada@example.com', old: '5f1e9b7d3a2f1b0c8d7e6f5a', adult: true }
const ben = { email: 'ben@example.com', old: '5f1e9b7d3a2f1b0c8d7e6f5b', adult: false }

/** The exported app with its cluster: a database of its own, filled as App Services left it. */
const openLibrary = async (folder: Folder, address: string) => {
  const name = `library_${randomBytes(6).toString('hex')}`
  const directory = join(folder.path, 'app')
  await cp(fixture, directory, { recursive: true })
  await writeFile(
    join(directory, 'environments', 'production.json'),
    JSON.stringify({ values: { db: name } }),
  )
  await using client = new MongoClient(address)
  const database = client.db(name)
  await database
    .collection('people')
    .insertMany([ada, ben].map(({ email, old, adult }) => ({ email, userId: old, adult })))
  await database.collection('books').insertMany([
    { title: 'Ulysses', forAdults: true, price: 12 },
    { title: 'Momo', forAdults: false, price: 9 },
  ])
  await database.collection('loans').insertMany([
    { reader: ada.old, book: 'Ulysses' },
    { reader: ben.old, book: 'Momo' },
  ])
  await database.collection('loans').createIndex({ reader: 1 })
  await database.collection('drafts').insertOne({ text: 'no rules' })
  return {
    name,
    directory,
    link: `mongodb-atlas=${address}`,
    [Symbol.asyncDispose]: () => dropDatabases(address, one => one === name),
  }
}

const post = async (url: string, json: unknown, bearer?: string): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(json),
  })
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** Registers somebody, logs them in, and gives what they do with the books and loans. */
const enter = async (url: string, { name }: { name: string }, { email }: { email: string }) => {
  const app = `${url}/api/client/v2.0/app/library-abcde`
  const password = 'correct horse'
  await post(`${app}/auth/providers/local-userpass/register`, { email, password })
  const said = await post(`${app}/auth/providers/local-userpass/login`, {
    username: email,
    password,
  })
  const { access_token: token } = said as { access_token: string }
  const on = (collection: string, action: string, given: object = {}) =>
    post(
      `${app}/functions/call`,
      {
        name: action,
        service: 'mongodb-atlas',
        arguments: [{ database: name, collection, ...given }],
      },
      token,
    )
  return { claims: claimsOf(token), on }
}

const without = { _id: expect.anything() }

describe.skipIf(testCluster === undefined)('moving an exported app to Regent', () => {
  const address = testCluster ?? ''

  it('is checked collection by collection before it is done', async () => {
    await using folder = await makeFolder()
    await using library = await openLibrary(folder, address)

    const { code, out } = await run([
      'migrate',
      'check',
      library.directory,
      '--data-source',
      library.link,
    ])

    expect(code).toBe(0)
    const lines = out.replaceAll(library.name, 'DB').split('\n')
    expect(lines).toEqual([
      '',
      '  library-abcde',
      '  logs in with local-userpass',
      '  1 function, 0 triggers, 1 data source',
      '',
      expect.stringMatching(/^ {2}mongodb-atlas at mongodb/),
      expect.stringMatching(/^ {4}\S.*; watch (works|does not work)/),
      '    ✓ DB.books: 2 documents; roles reader; filters childrenSeeChildrensBooks',
      '    – DB.drafts: 1 document; no rules: closed to users',
      '    ✓ DB.loans: 2 documents; roles borrower; a schema',
      '    ✓ DB.people: 2 documents; roles self',
      '      ! no index begins with userId, which custom user data looks for: createIndex({ "userId": 1 })',
      '',
      '  Nothing was written. To serve it:',
      expect.stringContaining(`regent serve ${library.directory}`),
      '',
      '',
    ])
  })

  it('serves the same documents by the same rules', { timeout: 60_000 }, async () => {
    await using folder = await makeFolder()
    await using library = await openLibrary(folder, address)
    const data = join(folder.path, 'data')
    const options = ['--port', '0', '--data', data, '--data-source', library.link]
    await using server = startCli(['serve', library.directory, ...options])
    const [, url = ''] = /"url":"(http[^"]+)"/.exec(await server.waitFor(/"listening"/)) ?? []

    const adult = await enter(url, library, ada)
    const child = await enter(url, library, ben)

    expect(adult.claims.user_data).toMatchObject({ email: ada.email, adult: true })
    expect(child.claims.user_data).toMatchObject({ email: ben.email, adult: false })
    expect(await adult.on('books', 'find')).toEqual([
      { ...without, title: 'Ulysses', forAdults: true },
      { ...without, title: 'Momo', forAdults: false },
    ])
    expect(await child.on('books', 'find')).toEqual([
      { ...without, title: 'Momo', forAdults: false },
    ])
    expect(await adult.on('loans', 'find')).toMatchObject([{ book: 'Ulysses' }])
    expect(await child.on('loans', 'find')).toMatchObject([{ book: 'Momo' }])
    const document = { _id: { $oid: new ObjectId().toHexString() }, reader: child.claims.sub }
    expect(await child.on('loans', 'insertOne', { document })).toMatchObject({
      error_code: 'SchemaValidationFailedWrite',
    })
    expect(
      await child.on('loans', 'insertOne', { document: { ...document, book: 'Momo' } }),
    ).toEqual({ insertedId: document._id })
    expect(await adult.on('people', 'deleteOne', { query: {} })).toMatchObject({
      error: expect.any(String),
    })
    expect(await adult.on('drafts', 'find')).toMatchObject({ error_code: 'NoMatchingRuleFound' })
  })
})

describe('regent migrate check', () => {
  it('says what keeps it from a cluster, and prints no password', async () => {
    const link = 'mongodb-atlas=mongodb://ada:hunter2@127.0.0.1:1/?directConnection=true'

    const { code, out, err } = await run(['migrate', 'check', fixture, '--data-source', link])

    expect(code).toBe(1)
    expect(out).toContain('mongodb-atlas at mongodb://127.0.0.1:1\n    ✗ ')
    expect(out).toContain(`REGENT_DATA_SOURCE_MONGODB_ATLAS='<address>' regent serve ${fixture}`)
    expect(err).toContain('These data sources could not be looked at: mongodb-atlas.')
    expect(out + err).not.toContain('hunter2')
  })

  it('gives the same as JSON', async () => {
    const { code, out } = await run(['migrate', 'check', fixture, '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      app: 'library-abcde',
      providers: ['local-userpass'],
      functions: 1,
      triggers: 0,
      sources: [{ name: 'mongodb-atlas' }],
      missingSecrets: [],
      next: `regent serve ${fixture}`,
    })
  })

  it('refuses a --data-source that names nothing, and tells no address', async () => {
    const { code, err } = await run(['migrate', 'check', fixture, '--data-source', 'hunter2'])

    expect(code).toBe(1)
    expect(err).toContain('--data-source must be <name>=<address>')
    expect(err).not.toContain('hunter2')
  })
})
