import { describe, expect, it } from 'vitest'
import { type Files, problemsOf, readShop } from './problems.ts'

const source = { name: 'mongodb-atlas', type: 'mongodb-atlas', config: { clusterName: 'Cluster0' } }
const folder = 'data_sources/mongodb-atlas'

/** A data source with these files in its folder. */
const withSource = (files: Files = {}, config: Files = {}): Files => ({
  [`${folder}/config.json`]: { ...source, ...config },
  ...Object.fromEntries(
    Object.entries(files).map(([file, content]) => [`${folder}/${file}`, content]),
  ),
})

const owner = { name: 'owner', apply_when: { owner: '%%user.id' }, read: true, write: true }
const orders = { database: 'shop', collection: 'orders', roles: [owner] }

const deployedOwner = {
  name: 'owner',
  applyWhen: { owner: '%%user.id' },
  read: true,
  write: true,
}

describe('a data source of an exported app', () => {
  it('is its name, its read preference and the rules of its collections', async () => {
    const { dataSources, warning } = await readShop(
      withSource(
        {
          'default_rule.json': { roles: [{ name: 'readers', apply_when: {}, read: true }] },
          'shop/orders/rules.json': {
            ...orders,
            roles: [
              {
                ...owner,
                document_filters: { read: true, write: { status: 'open' } },
                insert: true,
                delete: false,
                search: true,
                fields: {
                  status: { read: true, write: false },
                  address: { fields: { street: { read: true } } },
                },
                additional_fields: { read: true },
              },
            ],
            filters: [
              {
                name: 'own',
                apply_when: { '%%user.custom_data.staff': { $ne: true } },
                query: { owner: { '%stringToOid': '%%user.id' } },
                projection: { note: 0 },
              },
            ],
          },
          'shop/orders/schema.json': { title: 'order', bsonType: 'object' },
          'shop/orders/relationships.json': {},
        },
        { config: { clusterName: 'Cluster0', readPreference: 'nearest' } },
      ),
    )

    expect(warning).toBeUndefined()
    expect(dataSources).toEqual([
      {
        name: 'mongodb-atlas',
        link: { kind: 'own' },
        readPreference: 'nearest',
        defaultRule: { roles: [{ name: 'readers', applyWhen: {}, read: true }], filters: [] },
        rules: [
          {
            database: 'shop',
            collection: 'orders',
            schema: { title: 'order', bsonType: 'object' },
            roles: [
              {
                ...deployedOwner,
                documentFilters: { read: true, write: { status: 'open' } },
                insert: true,
                delete: false,
                search: true,
                fields: {
                  status: { read: true, write: false },
                  address: { fields: { street: { read: true } } },
                },
                additionalFields: { read: true },
              },
            ],
            filters: [
              {
                name: 'own',
                applyWhen: { '%%user.custom_data.staff': { $ne: true } },
                query: { owner: { '%stringToOid': '%%user.id' } },
                projection: { note: 0 },
              },
            ],
          },
        ],
      },
    ])
  })

  it('takes names from the environment, and those of its folders where a file has none', async () => {
    const { dataSources } = await readShop({
      'environments/no-environment.json': { values: { db: 'shop-live' } },
      ...withSource({
        'shop/orders/rules.json': { ...orders, database: '%(%%environment.values.db)' },
        'shop/items/rules.json': { roles: [owner] },
      }),
    })

    expect(dataSources[0]?.rules).toMatchObject([
      { database: 'shop', collection: 'items' },
      { database: 'shop-live', collection: 'orders' },
    ])
  })

  it('leaves a collection that only has a schema under the default rule', async () => {
    const schema = {
      'shop/items/schema.json': { bsonType: 'object' },
      'shop/items/relationships.json': {},
    }
    const defaultRule = { roles: [{ name: 'all', apply_when: {}, read: true }] }

    const open = await readShop(withSource({ ...schema, 'default_rule.json': defaultRule }))
    const closed = await readShop(withSource(schema))

    expect(open.dataSources[0]?.rules).toEqual([
      {
        database: 'shop',
        collection: 'items',
        roles: [{ name: 'all', applyWhen: {}, read: true }],
        filters: [],
        schema: { bsonType: 'object' },
      },
    ])
    expect(closed.dataSources[0]?.rules).toEqual([])
  })

  it('has no default rule when its file has no role, as every fresh export has it', async () => {
    const { dataSources } = await readShop(
      withSource({ 'default_rule.json': { roles: [], filters: [] } }),
    )

    expect(dataSources).toEqual([{ name: 'mongodb-atlas', link: { kind: 'own' }, rules: [] }])
  })

  it('changes the digest with its rules', async () => {
    const before = await readShop(withSource({ 'shop/orders/rules.json': orders }))
    const after = await readShop(withSource({ 'shop/orders/rules.json': { ...orders, roles: [] } }))

    expect(after.digest).not.toBe(before.digest)
  })

  it('is warned about when its read preference has tags, and its schemas relationships', async () => {
    const { warning } = await readShop(
      withSource(
        {
          'shop/orders/rules.json': orders,
          'shop/orders/schema.json': {},
          'shop/orders/relationships.json': { item: { ref: '#/x', foreign_key: '_id' } },
        },
        { config: { readPreferenceTagSets: [{ dc: 'ny' }] } },
      ),
    )

    expect(warning).toBe(
      'not offered: relationships of schemas; ignored: config.readPreferenceTagSets of data_sources/mongodb-atlas/config.json',
    )
  })
})

describe('a data source of the layout before 2021', () => {
  it('has a file for each collection, schemas in it, and ids everywhere', async () => {
    const { dataSources } = await readShop({
      'services/mongodb-atlas/config.json': { id: '5c9e', ...source },
      'services/mongodb-atlas/rules/shop.orders.json': {
        id: '5c9f',
        ...orders,
        roles: [{ id: '5ca0', ...owner }],
        schema: { bsonType: 'object' },
      },
      'services/mongodb-atlas/rules/shop.items.sold.json': { roles: [], filters: [] },
      'services/mongodb-atlas/default_rule.json': { roles: [owner] },
    })

    expect(dataSources).toEqual([
      {
        name: 'mongodb-atlas',
        link: { kind: 'own' },
        defaultRule: { roles: [deployedOwner], filters: [] },
        rules: [
          { database: 'shop', collection: 'items.sold', roles: [], filters: [] },
          {
            database: 'shop',
            collection: 'orders',
            roles: [deployedOwner],
            filters: [],
            schema: { bsonType: 'object' },
          },
        ],
      },
    ])
  })
})

describe('mistakes of a data source', () => {
  it('are named with what is expected, and unknown names with the nearest one', async () => {
    const problems = await problemsOf({
      ...withSource(
        {
          'default_rule.json': { rolls: [] },
          'shop/a/rules.json': {},
          'shop/b/schema.json': {},
          'shop/c/rules.json': { database: 'admin', collection: 'system.users', roles: {} },
          'shop/d/rules.json': { ...orders, collection: 'd', fliters: [], roles: [{ read: true }] },
          'shop/e/rules.json': { ...orders, collection: 'd' },
        },
        { config: { readPreference: 'closest', uri: 'http://127.0.0.1' } },
      ),
      'data_sources/other/config.json': { name: 'other atlas' },
      'data_sources/sms/config.json': { name: 'sms', type: 'twilio' },
      'data_sources/third/shop/a/rules.json': orders,
      'services/old/config.json': { name: 'mongodb-atlas', type: 'mongodb-atlas' },
      'regent.json': { dataSources: { 'mongo-atlas': { uriSecret: 'address' } } },
    })

    expect(problems).toEqual([
      'data_sources/mongodb-atlas/config.json: config.readPreference must be one of primary, primaryPreferred, secondary, secondaryPreferred, nearest, not "closest"',
      'data_sources/mongodb-atlas/default_rule.json: rolls is no field of this: is "roles" meant?',
      'data_sources/mongodb-atlas/shop/a/rules.json: is empty: it must hold roles; a collection under the default rule has no such file',
      'data_sources/mongodb-atlas/shop/b/rules.json: is missing: the folder of a collection holds rules.json, or schema.json and relationships.json',
      "data_sources/mongodb-atlas/shop/c/rules.json: database must not be 'admin'",
      "data_sources/mongodb-atlas/shop/c/rules.json: collection must not begin with 'system.'",
      'data_sources/mongodb-atlas/shop/c/rules.json: roles must be a list, not an object',
      'data_sources/mongodb-atlas/shop/d/rules.json: fliters is no field of this: is "filters" meant?',
      'data_sources/mongodb-atlas/shop/d/rules.json: roles[0].name is missing: it must be a name of 1 to 100 characters',
      'data_sources/mongodb-atlas/shop/e/rules.json: collection is shop.d, as in data_sources/mongodb-atlas/shop/d/rules.json: a collection has one file',
      'data_sources/other/config.json: name must be 1 to 64 letters, digits, _ or -, not "other atlas"',
      'data_sources/sms/config.json: type must be one of mongodb-atlas, mongodb, datalake, not "twilio"',
      'data_sources/third/config.json: is missing: it names the data source',
      'services/old/config.json: name is "mongodb-atlas", as in data_sources/mongodb-atlas/config.json: names are unique',
      'regent.json: dataSources.mongo-atlas is no data source of this app: is "mongodb-atlas" meant?',
    ])
  })

  it('are named in roles and filters', async () => {
    const problems = await problemsOf({
      'values/limit.json': { name: 'limit', value: 5 },
      ...withSource({
        'shop/orders/rules.json': {
          ...orders,
          roles: [
            owner,
            { ...owner, aply_when: {} },
            { name: 'nobody', apply_when: null, read: null },
            {
              name: 'expressions',
              apply_when: { owner: '%%usr.id', '%%user.custom': 1, '%%values.limits': 3 },
              read: { total: { $gtt: 5 }, $in: [1] },
              write: { '%%true': { '%function': { name: 'mayWrite' } } },
              insert: 'yes',
              delete: { owner: { '%stringToOid': { $eq: 1 } } },
              fields: { status: { reed: true, fields: { inner: { read: '%%rooot' } } } },
              additional_fields: { search: true },
            },
          ],
          filters: [
            { name: 'never', apply_when: null },
            { name: 'early', apply_when: { owner: '%%user.id' } },
            { name: 'late', apply_when: { '%%root.owner': '%%user.id' } },
            { name: 'query', query: { total: { $eqq: 1 }, $where: 'true', owner: '%%prevRoot.a' } },
            { name: 'mixed', projection: { total: 1, note: 0, _id: 0 } },
            { name: 'shows', projection: { total: 1 } },
            { name: 'hides', apply_when: true, projection: { note: 0 } },
          ],
        },
      }),
    })

    expect(problems).toEqual([
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[1].name is "owner" a second time: names are unique',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[1].aply_when is no field of this: is "apply_when" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[2].apply_when must be a rule expression: true, false or an object',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].apply_when.owner names %%usr.id, which does not exist: is "%%user" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].apply_when.%%user.custom names %%user.custom, which does not exist: is "%%user.custom_data" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].read.total.$gtt is no operator: is "$gt" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].read.$in compares nothing: it stands inside the field that is compared',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].insert must be a rule expression: true, false or an object',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].delete.owner.%stringToOid must be a text or an expansion: it cannot take another operator',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].additional_fields.search is no field of this: there are read, write',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].fields.status.reed is no field of this: is "read" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].fields.status.fields.inner.read names %%rooot, which does not exist: is "%%root" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[0].apply_when must be a rule expression: true, false or an object',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[1].apply_when.owner is a field of documents: a filter is asked before they are read',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[2].apply_when.%%root.owner names %%root.owner: a filter is asked before documents are read',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[3].query.total.$eqq is no operator: is "$eq" meant?',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[3].query.$where runs JavaScript, which is served nowhere',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[3].query.owner names %%prevRoot.a: a filter is asked before documents are read',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters[4].projection shows "total" and hides "note": it names what is shown or what is hidden, not both',
      'data_sources/mongodb-atlas/shop/orders/rules.json: filters "mixed" shows fields and "hides" hides some: both always apply, so no query would be answered',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].write.%%true.%function.name names the function "mayWrite", which is not in functions/: there is none',
      'data_sources/mongodb-atlas/shop/orders/rules.json: roles[3].apply_when.%%values.limits names the value "limits", which is not in values/: is "limit" meant?',
    ])
  })
})
