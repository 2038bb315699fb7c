import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import Realm, {
  App,
  Credentials,
  MetadataMode,
  Realm as Named,
  ProviderType,
  User,
  UserState,
} from '../src/index.ts'
import { sdkVersion } from '../src/version.ts'
import { makeFolder } from './wire-server.ts'

const construct = (config: unknown) => () => new App(config as string)
const metadata = { mode: MetadataMode.InMemory }

describe('the package', () => {
  it('stands where `import Realm from "realm"` stood', () => {
    expect(Realm.App).toBe(App)
    expect(Named).toBe(Realm)
    expect(Realm.Credentials).toBe(Credentials)
    expect(Realm.User).toBe(User)
    expect(Realm.UserState).toBe(UserState)
    const app: Realm.App = new Realm.App({ id: 'a', metadata })
    const user: Realm.User | null = app.currentUser
    expect(user).toBeNull()
    expect(app.emailPasswordAuth).toBeInstanceOf(Realm.Auth.EmailPasswordAuth)
  })

  it('has the words of the Realm SDK for states, providers and modes', () => {
    expect(UserState).toEqual({
      Active: 'active',
      LoggedIn: 'LoggedIn',
      LoggedOut: 'LoggedOut',
      Removed: 'Removed',
    })
    expect(ProviderType).toEqual({
      AnonUser: 'anon-user',
      ApiKey: 'api-key',
      LocalUserPass: 'local-userpass',
      CustomFunction: 'custom-function',
      CustomToken: 'custom-token',
      OAuth2Google: 'oauth2-google',
      OAuth2Facebook: 'oauth2-facebook',
      OAuth2Apple: 'oauth2-apple',
      OAuth2Oidc: 'oauth2-oidc',
    })
    expect(MetadataMode).toEqual({
      NoEncryption: 'noEncryption',
      Encryption: 'encryption',
      NoMetadata: 'noMetadata',
      InMemory: 'inMemory',
    })
  })

  it('tells the server the version it has', () => {
    const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    expect(sdkVersion).toBe(JSON.parse(file).version)
  })
})

describe('new App', () => {
  it('takes an id or a configuration', () => {
    using folder = makeFolder()
    expect(new App({ id: 'smurf', metadata }).id).toBe('smurf')
    expect(new App({ id: 'smurf', baseFilePath: folder.path })).toBeInstanceOf(App)
    expect(new App({ id: 'smurf', baseUrl: 'https://regent.example/', metadata }).baseUrl).toBe(
      'https://regent.example',
    )
    expect(new App({ id: 'smurf', baseUrl: '', metadata }).baseUrl).toBe('http://localhost:9090')
  })

  it('refuses what is no configuration, in the words of the Realm SDK', () => {
    const key = new ArrayBuffer(64)
    const cases: [unknown, string][] = [
      [undefined, "Expected 'config' to be an object, got undefined"],
      [1234, "Expected 'config' to be an object, got a number"],
      [null, "Expected 'config' to be an object, got null"],
      [{}, "Expected 'id' to be a string, got undefined"],
      [{ id: 7 }, "Expected 'id' to be a string, got a number"],
      [{ id: ['a'] }, "Expected 'id' to be a string, got an array"],
      [{ id: '' }, "Expected 'id' to be a string that is not empty"],
      [{ id: 'a', timeout: '1' }, "Expected 'timeout' to be a number, got a string"],
      [{ id: 'a', baseUrl: 1 }, "Expected 'baseUrl' to be a string, got a number"],
      [{ id: 'a', baseFilePath: {} }, "Expected 'baseFilePath' to be a string, got an object"],
      [{ id: 'a', fetch: true }, "Expected 'fetch' to be a function, got a boolean"],
      [{ id: 'a', multiplexSessions: 1 }, "Expected 'multiplexSessions' to be a boolean"],
      [{ id: 'a', metadata: 'x' }, "Expected 'metadata' to be an object, got a string"],
      [{ id: 'a', metadata: { mode: 'x' } }, 'Unexpected metadata mode: x'],
      [{ id: 'a', metadata: { mode: 'encryption' } }, 'encryptionKey is required'],
      [
        { id: 'a', metadata: { mode: 'encryption', encryptionKey: new Map() } },
        "Expected 'encryptionKey' to be an ArrayBuffer, got an instance of Map",
      ],
      [
        { id: 'a', metadata: { mode: 'encryption', encryptionKey: key.slice(1) } },
        'encryptionKey must have 64 bytes',
      ],
    ]
    for (const [config, message] of cases) expect(construct(config)).toThrow(message)
  })

  it('says so when its folder cannot be opened', () => {
    const file = new URL(import.meta.url).pathname
    expect(construct({ id: 'a', baseFilePath: file })).toThrow('ENOTDIR')
  })
})

describe('App.get', () => {
  it('gives the same app each time', () => {
    using folder = makeFolder()
    const app = new App({ id: 'cached-aaaaa', baseFilePath: folder.path })

    expect(App.get('cached-aaaaa')).toBe(app)
    expect(App.getApp('cached-aaaaa')).toBe(app)
  })

  it('refuses what is no id', () => {
    expect(() => App.get(undefined as unknown as string)).toThrow(
      "Expected 'id' to be a string, got undefined",
    )
  })
})
