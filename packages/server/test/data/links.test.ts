import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { readConfig, unknownSettings } from '../../src/config.ts'
import { openLinks } from '../../src/data/links.ts'
import type { DataSourceLink } from '../../src/domain/data-source.ts'

const address = 'mongodb+srv://ada:hunter2@cluster0.example.com/?retryWrites=true'

const resolve = (
  link: DataSourceLink,
  variables: Readonly<Record<string, string>> = {},
  secrets: Readonly<Record<string, string>> = {},
) =>
  openLinks({
    given: readConfig(variables).dataSourceLinks,
    appSecrets: { read: async (_appId, name) => secrets[name] },
  }).resolve({ id: '65a0c0ffee0000000000beef' }, { name: 'mongodb-atlas', link, rules: [] })

describe('the link of a data source', () => {
  it('is what the operator set, before what the app says', async () => {
    const byApp: DataSourceLink = { kind: 'secret', name: 'atlas' }
    const secrets = { atlas: 'mongodb://of-the-app' }

    const set = { REGENT_DATA_SOURCE_MONGODB_ATLAS: address }
    const own = { REGENT_DATA_SOURCE_MONGODB_ATLAS: 'own' }
    const other = { REGENT_DATA_SOURCE_MONGODB: address, REGENT_DATA_SOURCE_MONGODB_ATLAS: '' }

    expect(await resolve(byApp, set, secrets)).toEqual({ kind: 'address', address })
    expect(await resolve(byApp, own, secrets)).toEqual({ kind: 'own' })
    expect(await resolve(byApp, other, secrets)).toEqual({
      kind: 'address',
      address: 'mongodb://of-the-app',
    })
    expect(await resolve({ kind: 'own' })).toEqual({ kind: 'own' })
  })

  it.for([
    ['no value', {}],
    ['no address', { atlas: 'https://example.com/hunter2' }],
  ] as const)('is refused, without its value, when its secret has %s', async ([, secrets]) => {
    const refusal = await resolve({ kind: 'secret', name: 'atlas' }, {}, secrets).catch(
      (error: unknown) => error,
    )

    expect(refusal).toMatchObject({
      refusal: 'dataSourceUnavailable',
      message: "the data source 'mongodb-atlas' cannot be reached now, try again",
    })
    expect(String((refusal as Error).cause)).toMatch(/the secret "atlas" (has|holds) no /)
    expect(String((refusal as Error).cause)).not.toContain('hunter2')
  })
})

describe('REGENT_DATA_SOURCE_<NAME>', () => {
  it('must be a MongoDB address or own, and a wrong one is not repeated', () => {
    const wrong = {
      REGENT_DATA_SOURCE_A: 'postgres://ada:hunter2@db',
      REGENT_DATA_SOURCE_B: 'none',
    }

    expect(() => readConfig(wrong)).toThrow(
      new TypeError(
        [
          'REGENT_DATA_SOURCE_A must be a MongoDB address, mongodb://… or mongodb+srv://…, or own',
          'REGENT_DATA_SOURCE_B must be a MongoDB address, mongodb://… or mongodb+srv://…, or own',
        ].join('\n'),
      ),
    )
    expect(unknownSettings({ REGENT_DATA_SOURCE_A: 'own' })).toEqual([])
  })

  it('is told at the start by its name, never with its address, and when no app has it', async () => {
    await using server = await startTestServer({
      app: { dataSources: ['mongodb-atlas', 'other'] },
      settings: {
        dataSourceLinks: {
          REGENT_DATA_SOURCE_MONGODB_ATLAS: 'mongodb://ada:hunter2@127.0.0.1:1',
          REGENT_DATA_SOURCE_MONGO: 'own',
        },
      },
    })

    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'data sources',
        app: 'test-aaaaa',
        dataSources: {
          'mongodb-atlas': 'linked by REGENT_DATA_SOURCE_MONGODB_ATLAS',
          other: 'own',
        },
      }),
    )
    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: 'no app has this data source',
        variable: 'REGENT_DATA_SOURCE_MONGO',
      }),
    )
    expect(JSON.stringify(server.logs())).not.toContain('hunter2')
  })
})
