import Realm, { BSON, type Credentials, type User } from '../src/index.ts'

/**
 * A program as it was written for `realm` 12, with nothing but the import changed. It is compiled with the rest, and
 * a test runs it.
 */

type Functions = {
  sum(first: number, second: number): Promise<number>
  whoAmI: () => Promise<{ id: string }>
}

type CustomData = { favouriteColour?: string }

type Profile = Realm.DefaultUserProfileData & { nick?: string }

type ShopUser = Realm.User<Functions, CustomData>

type Stock = { _id: Realm.BSON.ObjectId; name: string; at: Date; count: BSON.Long }

export type Story = {
  readonly sum: number
  readonly product: unknown
  readonly me: string
  readonly stock: Stock
  readonly keyName: string
  readonly keysLeft: number
  readonly refusal: number
  readonly identities: readonly string[]
  readonly states: readonly Realm.UserState[]
}

const isRefused = (error: unknown): error is Error & { code: number } =>
  error instanceof Error && 'code' in error

const makeAccount = async (
  app: Realm.App,
  email: string,
  password: string,
): Promise<Credentials> => {
  await app.emailPasswordAuth.registerUser({ email, password })
  return Realm.Credentials.emailPassword({ email, password })
}

const tryKeys = async (apiKeys: Realm.Auth.ApiKeyAuth) => {
  const { _id, key, name }: Realm.SecretApiKey = await apiKeys.create('phone')
  await apiKeys.disable(_id)
  await apiKeys.enable(_id)
  const found: Realm.ApiKey = await apiKeys.fetch(_id)
  await apiKeys.delete(_id)
  const left: Realm.Auth.ApiKey[] = await apiKeys.fetchAll()
  return { name: found.name === name && key !== '' ? name : '', left: left.length }
}

const listen = (app: Realm.App, user: User): (() => void) => {
  const onChange: Realm.UserChangeCallback = () => undefined
  const onApp: Realm.AppChangeCallback = () => undefined
  user.addListener(onChange)
  app.addListener(onApp)
  return () => {
    user.removeListener(onChange)
    app.removeAllListeners()
  }
}

export const runProgram = async (id: string, baseUrl: string, path: string): Promise<Story> => {
  const configuration: Realm.AppConfiguration = { id, baseUrl, timeout: 30_000, baseFilePath: path }
  const app = new Realm.App<Functions, CustomData>(configuration)
  const user: ShopUser = await app.logIn(Realm.Credentials.anonymous())
  const stopListening = listen(app, user)
  const states: Realm.UserState[] = [user.state]

  const credentials = await makeAccount(app, 'ada@example.com', 'correct horse')
  await user.linkCredentials(credentials)
  const profile: Profile = user.profile
  const custom: CustomData = await user.refreshCustomData()
  if (custom.favouriteColour !== undefined || profile.nick !== undefined) throw new Error('whose?')

  const plain = user as User
  const product = (await plain.functions.multiply?.(6, 7)) as number
  const stock = (await plain.callFunction('echo', {
    _id: new Realm.BSON.ObjectId('65a0c0ffee0000000000beef'),
    name: 'plums',
    at: new Date(0),
    count: BSON.Long.fromString('9007199254740993'),
  })) as Stock

  const keys = await tryKeys(user.apiKeys)
  const refusal = await user
    .callFunction('noSuchFunction')
    .then(() => 0)
    .catch((error: unknown) => (isRefused(error) ? error.code : -1))

  const story = {
    sum: await user.functions.sum(1, 2),
    product,
    me: (await user.functions.whoAmI()).id === user.id ? 'me' : 'somebody else',
    stock,
    keyName: keys.name,
    keysLeft: keys.left,
    refusal,
    identities: user.identities.map(({ providerType }: Realm.UserIdentity) => providerType),
  }
  app.switchUser(user)
  await app.currentUser?.logOut()
  states.push(user.state)
  await app.removeUser(app.allUsers[user.id] ?? user)
  states.push(user.state)
  stopListening()
  return { ...story, states }
}
