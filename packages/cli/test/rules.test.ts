import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { run } from './terminal.ts'

const email = 'ada@example.com'
const login = '/api/client/v2.0/app/test-aaaaa/auth/providers/local-userpass'

const app = {
  values: { shops: ['here', 'there'] },
  functions: { fill: { source: fill(), runAsSystem: true }, isOpen: 'exports = () => true' },
  dataSources: [
    {
      name: 'own',
      rules: [
        {
          database: 'shop',
          collection: 'orders',
          filters: [
            {
              name: 'not archived',
              applyWhen: { '%%user.type': 'normal' },
              query: { archived: { $ne: true }, shop: { $nin: '%%values.shops' } },
              projection: { note: 0 },
            },
          ],
          roles: [
            {
              name: 'owner',
              applyWhen: { owner: '%%user.id' },
              read: true,
              write: { '%%prevRoot.paid': false },
              delete: false,
            },
            {
              name: 'reader',
              applyWhen: {
                '%%true': { '%function': { name: 'isOpen' } },
                key: { '%exists': false },
              },
              fields: { price: { read: true } },
            },
          ],
          schema: { properties: { price: { bsonType: 'number' } } },
        },
      ],
    },
  ],
}

function fill(): string {
  return `exports = async owner => {
    const orders = context.services.get('own').db('shop').collection('orders')
    await orders.insertMany([
      { _id: 1, owner, price: 5, paid: false },
      { _id: 2, owner: 'somebody', price: 7, paid: false, note: 'x' },
      { _id: 3, owner: 'somebody', archived: true },
      { _id: 4, owner, price: 9, paid: true },
    ])
  }`
}

const openShop = async (): Promise<TestServer & { readonly userId: string }> => {
  const server = await startTestServer({ app })
  const password = 'correct horse'
  await server.request('POST', `${login}/register`, { json: { email, password } })
  const answer = await server.request('POST', `${login}/login`, {
    json: { username: email, password },
  })
  const { user_id: userId } = (await answer.json()) as { user_id: string }
  const filled = await run(['functions', 'run', '--data', server.dataDir, 'fill', userId])
  if (filled.code !== 0) throw new Error(filled.err)
  return Object.assign(server, { userId })
}

const explain = (server: TestServer, ...args: string[]) =>
  run(['rules', 'explain', 'own.shop.orders', '--user', email, '--data', server.dataDir, ...args])

/** What is printed, without the user's id. */
const lines = (server: { readonly userId: string }, out: string): readonly string[] =>
  out.replaceAll(server.userId, 'ADA').trimEnd().split('\n')

const head = [
  "rules   the collection's own, and a schema",
  'reads   each document is asked about',
  'writes  each document is asked about',
  '',
  'filter not archived applies',
  '  ✓ %%user.type is "normal", asked for: "normal"',
  '  only documents that match {"archived":{"$ne":true},"shop":{"$nin":["here","there"]}}',
  '  projection {"note":0}',
  '',
]

const isHers = '    ✓ owner is "ADA", asked for: %%user.id, which is "ADA"'
const isNotHers = '    ✗ owner is "somebody", asked for: %%user.id, which is "ADA"'

const asReader = [
  '  role owner does not apply',
  isNotHers,
  '  role reader applies',
  '    ✓ all of',
  '      ✓ %%true:',
  '        ✓ the function isOpen gave true',
  '      ✓ key is nothing, asked for: {"%exists":false}',
  '  fields.price.read',
  '    ✓ true',
]

describe('regent rules explain', () => {
  it('says which filters and roles count for each document, and what is seen of it', async () => {
    await using server = await openShop()

    const { code, out, err } = await explain(server, '--op', 'find', '{"_id":{"$lt":4}}')

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(lines(server, out)).toEqual([
      'find on own.shop.orders as ada@example.com (ADA)',
      ...head,
      'document 1',
      '  role owner applies',
      isHers,
      '  read',
      '    ✓ true',
      '  write',
      '    ✓ %%prevRoot.paid is false, asked for: false',
      '  delete',
      '    ✗ false',
      '  ✓ seen whole',
      'document 2',
      ...asReader,
      '  ✓ seen: price; not _id, owner, paid, note',
      '  ✗ the query does not match what is seen',
      'document 3',
      ...asReader,
      '  ✗ not seen: the filters leave it out',
    ])
  })

  it('says what would be refused, and writes nothing', async () => {
    await using server = await openShop()
    const last = async (...args: string[]) =>
      lines(server, (await explain(server, ...args)).out).at(-1)
    const update = (_id: number, change: object) =>
      JSON.stringify({ query: { _id }, update: { $set: change } })

    expect(await last('--op', 'updateOne', update(1, { price: 6 }))).toBe('  ✓ update is allowed')
    expect(await last('--op', 'updateOne', update(4, { price: 6 }))).toBe(
      "  ✗ update is refused: 'write' of role 'owner' does not hold",
    )
    expect(await last('--op', 'updateOne', update(1, { price: 'much' }))).toBe(
      "  ✗ update is refused: the schema: 'price' does not meet 'bsonType: number'",
    )
    expect(await last('--op', 'deleteOne', '{"_id":1}')).toBe(
      "  ✗ delete is refused: 'delete' of role 'owner' does not hold",
    )
    expect(await last('--op', 'insertOne', '{"price":3}')).toBe(
      "  ✗ insert is refused: role 'reader' does not let '_id' be written",
    )
    expect(await last('--op', 'find', '{"_id":1,"price":6}')).toBe(
      'No stored document matches the query.',
    )
  })

  it('prints the same as JSON', async () => {
    await using server = await openShop()

    const { out } = await explain(server, '--json', '{"_id":2}')

    expect(JSON.parse(out)).toMatchObject({
      rules: 'collection',
      hasSchema: true,
      reads: 'each',
      documents: [{ role: 'reader', sees: ['price'], hidden: ['_id', 'owner', 'paid', 'note'] }],
      hasMore: false,
    })
  })

  it('says what it cannot explain', async () => {
    await using server = await openShop()
    const told = async (...args: string[]) => (await run(args)).err
    const options = ['--data', server.dataDir]

    expect(await told('rules', 'explain', 'own.shop', '--user', email, ...options)).toContain(
      "'own.shop' is no <source.database.collection>.",
    )
    expect(await told('rules', 'explain', 'own.shop.orders', ...options)).toContain(
      'Say as which user, with --user.',
    )
    expect((await explain(server, 'what?')).err).toContain("'what?' is no JSON object.")
    expect((await explain(server, '--op', 'drop')).err).toContain(
      "the data source has no command 'drop'",
    )
    expect(await told('rules', 'explain', 'own.shop.other', '--user', email, ...options)).toContain(
      "no rule exists for namespace 'shop.other'",
    )
    expect(
      await told('rules', 'explain', 'gone.shop.orders', '--user', email, ...options),
    ).toContain("service not found: 'gone'")
  })
})
