import { describe, expect, it } from 'vitest'
import { problemsOf, readShop } from './problems.ts'
import { shop } from './write-directory.ts'

describe('a mistyped field', () => {
  it('is refused with the one that is meant, in every file', async () => {
    const problems = await problemsOf({
      'root_config.json': { ...shop['root_config.json'], allowed_request_orgins: [] },
      'auth/providers.json': {
        'anon-user': { type: 'anon-user', disabeld: true },
        'custom-token': {
          type: 'custom-token',
          disabled: true,
          config: { audiense: 'shop' },
          metadata_fields: [{ name: 'mail', requird: true }],
        },
      },
      'auth/custom_user_data.json': { enabeld: true },
      'functions/config.json': [
        { name: 'total', privat: true, can_evaluat: false, runAsSystem: true },
      ],
      'functions/total.js': 'exports = () => 1',
      'environments/production.json': { valus: {} },
      'values/limit.json': { name: 'limit', value: 'key', from_secrt: true },
      'triggers/hello.json': { name: 'hello', type: 'SCHEDULED', disabld: true },
      'data_sources/db/config.json': { name: 'db', config: { readPreferense: 'nearest' } },
    })

    const slip = (field: string, meant: string): string =>
      `${field} is no field of this: is "${meant}" meant?`
    expect(problems.toSorted()).toEqual(
      [
        slip('root_config.json: allowed_request_orgins', 'allowed_request_origins'),
        slip('auth/providers.json: anon-user.disabeld', 'disabled'),
        slip('auth/providers.json: custom-token.config.audiense', 'audience'),
        slip('auth/providers.json: custom-token.metadata_fields[0].requird', 'required'),
        slip('auth/custom_user_data.json: enabeld', 'enabled'),
        slip('functions/config.json: [0].privat', 'private'),
        slip('functions/config.json: [0].can_evaluat', 'can_evaluate'),
        slip('functions/config.json: [0].runAsSystem', 'run_as_system'),
        slip('environments/production.json: valus', 'values'),
        slip('values/limit.json: from_secrt', 'from_secret'),
        slip('triggers/hello.json: disabld', 'disabled'),
        slip('data_sources/db/config.json: config.readPreferense', 'readPreference'),
      ].toSorted(),
    )
  })

  it('is told from fields that exports have and nothing reads', async () => {
    const { functions } = await readShop({
      'root_config.json': { ...shop['root_config.json'], product: 'standard', sync: {} },
      'auth/custom_user_data.json': { enabled: false, on_user_creation_function_id: 'f' },
      'functions/config.json': [{ id: '1', _id: '1', name: 'total', last_modified: 1, source: '' }],
      'functions/total.js': 'exports = () => 1',
      'values/limit.json': { id: '1', name: 'limit', value: 1, private: false },
      'triggers/hello.json': { id: '1', name: 'hello', type: 'SCHEDULED', function_id: 'f' },
      'data_sources/db/config.json': {
        name: 'db',
        version: 1,
        config: { clusterName: 'Cluster0', clusterId: '1', wireProtocolEnabled: false },
      },
    })

    expect(functions).toMatchObject([{ name: 'total' }])
  })

  it('of an auth provider’s type is refused with the one that is meant', async () => {
    expect(
      await problemsOf({
        'auth/providers.json': { 'local-userpas': { type: 'local-userpass', config: {} } },
      }),
    ).toEqual([
      'auth/providers.json: local-userpas is no auth provider: is "local-userpass" meant?',
    ])
  })

  it('does not hide what else is wrong', async () => {
    expect(
      await problemsOf({
        'auth/custom_user_data.json': { enabled: true, mongo_service_name: 5, database_name: 7 },
      }),
    ).toEqual([
      'auth/custom_user_data.json: mongo_service_name must be text, not 5',
      'auth/custom_user_data.json: database_name must be text, not 7',
      'auth/custom_user_data.json: collection_name is missing: it must be the collection of the documents',
      "auth/custom_user_data.json: user_id_field is missing: it must be the field that holds a user's id",
    ])
  })
})
