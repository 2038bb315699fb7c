import { describe, expect, it } from 'vitest'
import { problemsOf, readShop } from './problems.ts'

const run = { FUNCTION: { config: { function_name: 'greet' } } }
const greet = { 'functions/greet.js': 'exports = () => 1' }
const config = { operation_type: 'CREATE', providers: ['local-userpass'] }

describe('authentication triggers', () => {
  it('are read with the function at its newer or older place, and one type or several', async () => {
    const { triggers } = await readShop({
      ...greet,
      'triggers/newer.json': {
        name: 'newer',
        type: 'AUTHENTICATION',
        disabled: false,
        config,
        event_processors: run,
      },
      'triggers/older.json': {
        name: 'older',
        type: 'AUTHENTICATION',
        function_name: 'greet',
        config: {
          operation_type: ['LOGIN', 'DELETE', 'LOGIN'],
          providers: ['api-key', 'anon-user'],
        },
      },
    })

    expect(triggers).toEqual([
      {
        name: 'newer',
        disabled: false,
        operationTypes: ['CREATE'],
        providers: ['local-userpass'],
        functionName: 'greet',
      },
      {
        name: 'older',
        disabled: false,
        operationTypes: ['LOGIN', 'DELETE'],
        providers: ['api-key', 'anon-user'],
        functionName: 'greet',
      },
    ])
  })

  it('that are disabled are left out, whatever they lack', async () => {
    const { triggers, warning } = await readShop({
      'triggers/off.json': { name: 'off', type: 'AUTHENTICATION', disabled: true },
    })

    expect({ triggers, warning }).toEqual({ triggers: [], warning: undefined })
  })

  it('are refused with what is wrong about each', async () => {
    const problems = await problemsOf({
      ...greet,
      'triggers/a.json': { name: 'a', type: 'AUTHENTICATION', config },
      'triggers/b.json': {
        name: 'b',
        type: 'AUTHENTICATION',
        config: { operation_type: 'UPDATE', providers: ['google'] },
        event_processors: run,
      },
      'triggers/c.json': {
        name: 'c',
        type: 'AUTHENTICATION',
        config: { operation_type: [], providers: [] },
        function_name: 'gone',
      },
      'triggers/d.json': { name: 'd', type: 'AUTH' },
      'triggers/e.json': {
        name: 'e'.repeat(65),
        type: 'AUTHENTICATION',
        config,
        event_processors: run,
      },
    })

    expect(problems).toEqual([
      'triggers/a.json: event_processors.FUNCTION.config.function_name is missing: it must name the function to run',
      'triggers/b.json: config.operation_type must be LOGIN, CREATE or DELETE, or a list of them, not "UPDATE"',
      'triggers/b.json: config.providers[0] must be one of anon-user, local-userpass, api-key, custom-token, custom-function, oauth2-google, oauth2-facebook, oauth2-apple, oauth2-oidc, not "google"',
      'triggers/c.json: config.operation_type must be LOGIN, CREATE or DELETE, or a list of them, not a list',
      'triggers/c.json: config.providers must name a provider type, not a list',
      'triggers/d.json: type must be AUTHENTICATION, DATABASE or SCHEDULED, not "AUTH"',
      `triggers/e.json: name must be at most 64 characters, not "${'e'.repeat(56)}…"`,
      'triggers/c.json: function_name names the function "gone", which is not in functions/: there are greet',
    ])
  })

  it('have names of their own', async () => {
    const trigger = { name: 'same', type: 'AUTHENTICATION', config, event_processors: run }

    expect(
      await problemsOf({ ...greet, 'triggers/a.json': trigger, 'triggers/b.json': trigger }),
    ).toEqual(['triggers/b.json: name is "same", as in another file: names are unique'])
  })
})

describe('triggers of other types', () => {
  it('are named in the warning unless they are disabled', async () => {
    const { triggers, warning } = await readShop({
      'triggers/a.json': { name: 'nightly', type: 'SCHEDULED', config: { schedule: '0 3 * * *' } },
      'triggers/b.json': { name: 'onOrder', type: 'DATABASE', disabled: false, function_name: 'x' },
      'triggers/c.json': { name: 'old', type: 'DATABASE', disabled: true },
      'triggers/d.json': {
        name: 'bus',
        type: 'AUTHENTICATION',
        config,
        event_processors: { AWS_EVENTBRIDGE: { config: {} } },
      },
    })

    expect(triggers).toEqual([])
    expect(warning).toBe(
      'not served yet: triggers/ (nightly: SCHEDULED, onOrder: DATABASE, bus: AWS EventBridge)',
    )
  })
})

describe('the user-creation function', () => {
  const file = 'auth/custom_user_data.json'

  it('is taken from the settings of custom user data unless they are off', async () => {
    const named = { on_user_creation_function_name: 'greet' }

    const people = {
      mongo_service_name: 'mongodb-atlas',
      database_name: 'shop',
      collection_name: 'people',
      user_id_field: 'owner',
    }
    const source = { 'data_sources/mongodb-atlas/config.json': { name: 'mongodb-atlas' } }

    const on = await readShop({
      ...greet,
      ...source,
      [file]: { enabled: true, ...people, ...named },
    })
    const unsaid = await readShop({ ...greet, [file]: named })
    const off = await readShop({ [file]: { enabled: false, ...named } })

    expect(on).toMatchObject({ userCreationFunctionName: 'greet', warning: undefined })
    expect(unsaid).toMatchObject({ userCreationFunctionName: 'greet', warning: undefined })
    expect(off).not.toHaveProperty('userCreationFunctionName')
  })

  it('must be there', async () => {
    expect(await problemsOf({ [file]: { on_user_creation_function_name: 'onSignUp' } })).toEqual([
      'auth/custom_user_data.json: on_user_creation_function_name names the function "onSignUp", which is not in functions/: there is none',
    ])
  })
})
