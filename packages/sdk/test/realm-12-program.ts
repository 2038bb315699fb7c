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

type Plant = { _id: Realm.BSON.ObjectId; name: string; height?: number }

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
  readonly plants: readonly string[]
  readonly planted: readonly string[]
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

const isInsert = <T extends Realm.Document>(
  event: Realm.ChangeEvent<T>,
): event is Realm.InsertEvent<T> => event.operationType === 'insert'

const watchOne = async (plants: Realm.MongoDBCollection<Plant>): Promise<string[]> => {
  const names: string[] = []
  for await (const event of plants.watch({ filter: { operationType: 'insert' } })) {
    if (!isInsert(event)) continue
    names.push(event.fullDocument.name)
    break
  }
  return names
}

const tryPlants = async (user: User) => {
  const mongo: Realm.Services.MongoDB = user.mongoClient('mongodb-atlas')
  const database: Realm.Services.MongoDBDatabase = mongo.db('garden')
  const plants = database.collection<Plant>('plants')
  let isSeen = false
  const planted = watchOne(plants).finally(() => {
    isSeen = true
  })
  while (!isSeen) await plants.insertOne({ name: 'weed' })
  const { deletedCount }: Realm.DeleteResult = await plants.deleteMany({ name: 'weed' })
  const documents: Realm.NewDocument<Plant>[] = [{ name: 'oak', height: 20 }, { name: 'fern' }]
  const { insertedIds }: Realm.InsertManyResult<Realm.BSON.ObjectId> =
    await plants.insertMany(documents)
  const filter: Realm.Filter = { _id: { $in: insertedIds } }
  const update: Realm.Update = { $set: { height: 1 } }
  const result: Realm.UpdateResult<Realm.BSON.ObjectId> = await plants.updateMany(filter, update)
  const options: Realm.FindOptions = { sort: { name: 1 }, projection: { name: 1 }, limit: 5 }
  const found: Plant[] = await plants.find(filter, options)
  if (deletedCount === 0 || result.modifiedCount !== 2) throw new Error('whose plants?')
  return { plants: found.map(({ name }) => name), planted: await planted }
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
  const garden = await tryPlants(plain)
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
    ...garden,
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
