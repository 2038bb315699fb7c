import { describe, expect, it } from 'vitest'
import { deployApp } from '../../src/apps/deploy.ts'
import { DirectoryError, describeProblem } from '../../src/apps/directory.ts'
import { openDeps } from '../deps/open-deps.ts'
import { type Files, problemsOf, readShop } from './problems.ts'

const file = 'data_sources/mongodb-atlas/config.json'
const source = { name: 'mongodb-atlas', type: 'mongodb' }
const bySecret = { ...source, secret_config: { uri: 'atlasUri' } }
const byUri = { ...source, config: { uri: 'mongodb://ada:hunter2@db.example.com/shop' } }

const linkOf = async (files: Files) => (await readShop(files)).dataSources[0]?.link

const refusalOf = async (files: Files, settings: Readonly<Record<string, string>> = {}) => {
  await using test = await openDeps()
  const config = { ...test.deps.config, dataSourceLinks: settings }
  const error = await deployApp({ ...test.deps, config }, await readShop(files)).catch(
    (thrown: unknown) => thrown,
  )
  return error instanceof DirectoryError ? error.problems.map(describeProblem) : []
}

describe('the address of a data source', () => {
  it('is named by regent.json, before what the exported files say', async () => {
    const regent = { 'regent.json': { dataSources: { 'mongodb-atlas': { uriSecret: 'live' } } } }

    expect(await linkOf({ [file]: source })).toEqual({ kind: 'own' })
    expect(await linkOf({ [file]: bySecret })).toEqual({ kind: 'secret', name: 'atlasUri' })
    expect(await linkOf({ [file]: bySecret, ...regent })).toEqual({ kind: 'secret', name: 'live' })
  })

  it('is kept as a secret when it stands in the directory, which is warned about', async () => {
    const { dataSources, secrets, warning } = await readShop({ [file]: byUri })

    expect(dataSources[0]?.link).toEqual({ kind: 'secret', name: '__mongodb-atlas_address' })
    expect(secrets).toEqual({ '__mongodb-atlas_address': byUri.config.uri })
    expect(warning).toBe(
      'better another way: data_sources/mongodb-atlas/config.json: config.uri is a password in a directory; keep it as a secret and name that in secret_config.uri',
    )
    expect(JSON.stringify(dataSources)).not.toContain('hunter2')
  })

  it('needs no warning without a password, and gives way to a secret', async () => {
    const local = { ...source, config: { uri: 'mongodb://127.0.0.1:27017' } }

    expect((await readShop({ [file]: local })).warning).toBeUndefined()
    expect(await linkOf({ [file]: { ...bySecret, config: byUri.config } })).toEqual({
      kind: 'secret',
      name: 'atlasUri',
    })
  })

  it('must be one of MongoDB', async () => {
    expect(await problemsOf({ [file]: { ...source, config: { uri: 'localhost:27017' } } })).toEqual(
      [
        'data_sources/mongodb-atlas/config.json: config.uri must be a MongoDB address: mongodb://… or mongodb+srv://…',
      ],
    )
  })

  it('has to be given at deploy, unless this server has a link of its own', async () => {
    expect(await refusalOf({ [file]: bySecret })).toEqual([
      'data_sources/mongodb-atlas/config.json: secret_config.uri names the secret "atlasUri", which has no value: give it in secrets.json, with --secrets <file.json>, or as REGENT_SECRET_ATLASURI, or start this server with REGENT_DATA_SOURCE_MONGODB_ATLAS',
    ])
    expect(
      await refusalOf({ [file]: bySecret }, { REGENT_DATA_SOURCE_MONGODB_ATLAS: 'own' }),
    ).toEqual([])
  })
})

describe('regent.json', () => {
  it('names mistakes in the links of data sources', async () => {
    const links = { atlas: { uriSecret: 'live' }, 'mongodb-atlas': { uri: 'mongodb://x' } }

    expect(await problemsOf({ [file]: source, 'regent.json': { dataSources: links } })).toEqual([
      'regent.json: dataSources.mongodb-atlas.uriSecret is missing: it must be 1 to 64 letters, digits, _ or -',
      'regent.json: dataSources.mongodb-atlas.uri is no setting of a link, which is { "uriSecret": "<name of a secret>" }',
    ])
  })
})

describe('auth/custom_user_data.json', () => {
  const settings = {
    enabled: true,
    mongo_service_name: 'mongodb-atlas',
    database_name: 'shop',
    collection_name: 'people',
    user_id_field: 'owner',
  }
  const place = {
    source: 'mongodb-atlas',
    database: 'shop',
    collection: 'people',
    userIdField: 'owner',
  }

  it('says where custom user data is', async () => {
    const on = await readShop({ [file]: source, 'auth/custom_user_data.json': settings })
    const off = await readShop({
      [file]: source,
      'auth/custom_user_data.json': { ...settings, enabled: false },
    })

    expect(on.customUserData).toEqual(place)
    expect(off).not.toHaveProperty('customUserData')
  })

  it('stands in the root file of older exports, which name the data source by an id', async () => {
    const { mongo_service_name: _, ...rest } = settings
    const { customUserData } = await readShop({
      'root_config.json': {
        config_version: 20200603,
        app_id: 'shop-xkqzp',
        name: 'shop',
        custom_user_data_config: { ...rest, mongo_service_id: '5c9e' },
      },
      'services/mongodb-atlas/config.json': { name: 'mongodb-atlas', type: 'mongodb-atlas' },
    })

    expect(customUserData).toEqual(place)
  })

  it('must say all of it, about a data source that is there', async () => {
    const custom = (change: Files) => ({ 'auth/custom_user_data.json': { ...settings, ...change } })

    expect(await problemsOf(custom({ database_name: 'config', user_id_field: '' }))).toEqual([
      'auth/custom_user_data.json: mongo_service_name names the data source "mongodb-atlas", which is not in data_sources/: there is none',
      "auth/custom_user_data.json: user_id_field is missing: it must be the field that holds a user's id",
      "auth/custom_user_data.json: database_name must not be 'config'",
    ])
    expect(
      await problemsOf({ [file]: source, ...custom({ mongo_service_name: 'mongo-atlas' }) }),
    ).toEqual([
      'auth/custom_user_data.json: mongo_service_name names the data source "mongo-atlas", which is not in data_sources/: is "mongodb-atlas" meant?',
    ])
  })
})
