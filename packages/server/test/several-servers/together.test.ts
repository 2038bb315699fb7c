import { startOpenIdProvider } from '@regent/dev-openid'
import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import { openStore } from '../../src/store/store.ts'
import { readHash } from '../client/browser.ts'
import { findLost, gather } from '../workers/crowd.ts'
import { clientAppId, type Serving, until } from '../workers/serve.ts'
import { openSeveral, publicUrl, type Several } from './several.ts'

const patient = 180_000
const shopPage = 'https://shop.example/done'

const startTwo = async (several: Several): Promise<readonly [Serving, Serving]> => {
  const [one, other] = await Promise.all([several.start(), several.start()])
  expect((await one.push(1)).status).toBe(200)
  return [one, other]
}

describe('two servers with one MongoDB', () => {
  it('start at the same time on an empty store, and share users, sessions and deployments', {
    timeout: patient,
  }, async context => {
    await using several = await openSeveral(context)
    const [one, other] = await startTwo(several)

    const { body } = await one.logIn()
    const refreshed = await other.refresh(body.refresh_token)
    expect(refreshed.status).toBe(201)
    const token = refreshed.body.access_token
    expect((await other.call(token, 'version')).body).toEqual({ $numberLong: '1' })

    expect((await one.push(2)).body.outcome).toBe('deployed')
    const { ms } = await until(
      () => other.call(token, 'version'),
      answer => answer.body.$numberLong === '2',
    )
    expect(ms).toBeLessThan(10_000)

    const out = await one.ask('DELETE', clientPaths.session(), {
      bearer: String(body.refresh_token),
    })
    const after = await Promise.all([one, other].map(each => each.refresh(body.refresh_token)))
    expect([out.status, ...after.map(({ status }) => status)]).toEqual([204, 401, 401])
  })

  it('share the documents of own data sources', { timeout: patient }, async context => {
    await using several = await openSeveral(context)
    const [one, other] = await startTwo(several)
    const token = (await one.logIn()).body.access_token
    const place = { database: 'shop', collection: 'things' }
    const document = { _id: 'hammer' }

    const inserted = await one.call(token, 'insertOne', [{ ...place, document }], 'mongodb-atlas')
    const found = await other.call(token, 'findOne', [{ ...place, query: {} }], 'mongodb-atlas')

    expect([inserted.status, found.body]).toEqual([200, document])
  })

  it('count failed log-ins together', { timeout: patient }, async context => {
    await using several = await openSeveral(context)
    const [one, other] = await startTwo(several)
    const wrong = { username: 'ada@example.com', password: 'not hers' }

    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess += 1) {
      statuses.push((await one.logIn('local-userpass', wrong)).status)
      statuses.push((await other.logIn('local-userpass', wrong)).status)
    }

    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
  })

  it('confirm on one what was registered on the other', { timeout: patient }, async context => {
    await using several = await openSeveral(context)
    const [one, other] = await startTwo(several)
    const unconfirmed = {
      type: 'local-userpass',
      config: { autoConfirm: false, emailConfirmationUrl: shopPage },
    }
    await one.push(2, { providers: { 'local-userpass': unconfirmed } })
    const [email, password] = ['ada@example.com', 'correct horse']

    await one.ask('POST', clientPaths.register(clientAppId), { json: { email, password } })
    const [letter] = await other.letters()
    const link = new URL(letter?.link ?? '')
    const before = await one.logIn('local-userpass', { username: email, password })
    const confirmed = await other.ask('POST', clientPaths.confirm(clientAppId), {
      json: { token: link.searchParams.get('token'), tokenId: link.searchParams.get('tokenId') },
    })
    const after = await one.logIn('local-userpass', { username: email, password })

    expect(letter?.to).toBe(email)
    expect([before.status, confirmed.status, after.status]).toEqual([401, 204, 200])
  })

  it('finish on one a log-in by redirect that the other began', {
    timeout: patient,
  }, async context => {
    const callback = `${publicUrl}${clientPaths.callback()}`
    const client = { id: 'shop', secret: 'secret of the shop', redirectUris: [callback] }
    const openId = await startOpenIdProvider({ clients: [client] })
    await using several = await openSeveral(context)
    const [one, other] = await startTwo(several)
    const google = {
      type: 'oauth2-google',
      config: { clientId: client.id, issuer: openId.issuer },
      secret_config: { clientSecret: 'googleSecret' },
      redirect_uris: [shopPage],
    }
    const parts = {
      providers: { 'oauth2-google': google },
      secrets: { googleSecret: client.secret },
    }
    expect((await one.push(2, parts)).status).toBe(200)
    const query = new URLSearchParams({ state: 'abcdefghijkl', redirect: shopPage })

    const begun = await fetch(
      `${one.url}${clientPaths.login(clientAppId, 'oauth2-google')}?${query}`,
      { redirect: 'manual' },
    )
    const back = await openId.signIn(begun.headers.get('location') ?? '')
    const cookie = begun.headers
      .getSetCookie()
      .map(line => line.split(';', 1)[0])
      .join('; ')
    const finish = () =>
      fetch(back.url.replace(publicUrl, other.url), { redirect: 'manual', headers: { cookie } })
    const end = await finish()
    const again = await finish()

    const [, refreshToken] = readHash(end)._baas_ua?.split('$') ?? []
    expect((await one.refresh(refreshToken)).status).toBe(201)
    expect(again.headers.get('location') ?? '').not.toContain('_baas_ua')
    await openId.stop()
  })

  it('may each be several workers', { timeout: patient }, async context => {
    await using several = await openSeveral(context)
    const server = await several.start({ args: ['--workers', '2'] })
    await server.waitForWorkers(2)
    await server.push(1)
    const { body } = await server.logIn()
    const place = { database: 'shop', collection: 'things' }
    const document = { _id: 'hammer' }

    const refreshed = await Promise.all([1, 2, 3, 4].map(() => server.refresh(body.refresh_token)))
    const token = body.access_token
    await server.call(token, 'insertOne', [{ ...place, document }], 'mongodb-atlas')
    const found = await server.call(token, 'findOne', [{ ...place, query: {} }], 'mongodb-atlas')
    server.kill('SIGTERM')

    expect(refreshed.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(found.body).toEqual(document)
    expect(await server.ended).toBe(0)
  })

  it('lose nothing acknowledged when one is killed', { timeout: patient }, async context => {
    await using several = await openSeveral(context)
    const rounds = 3
    const acknowledged: string[] = []
    const survivor = await several.start()
    await survivor.push(1)

    for (let round = 0; round < rounds; round += 1) {
      const victim = await several.start()
      const crowd = gather(victim)
      await crowd.grow(30)
      victim.kill('SIGKILL')
      await victim.ended
      await crowd.stop()
      expect(crowd.strange).toEqual([])
      acknowledged.push(...crowd.acknowledged)
    }

    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * 30)
    expect(await findLost(survivor, acknowledged)).toEqual([])
  })

  it('are given a lease one at a time', { timeout: patient }, async context => {
    await using several = await openSeveral(context)
    const clusters = await Promise.all(
      [1, 2].map(() =>
        openMongoDb({ address: several.store, systemDatabase: databaseOf(several) }),
      ),
    )
    const stores = await Promise.all(clusters.map(documents => openStore(documents)))

    for (let turn = 0; turn < 20; turn += 1) {
      const taken = await Promise.all(
        stores.map(({ leases }, number) =>
          leases.acquire({ name: 'sweep', owner: `server-${number}`, now: turn * 10, forMs: 10 }),
        ),
      )
      expect(taken.filter(progress => progress !== undefined)).toHaveLength(1)
    }
    await Promise.all(clusters.map(documents => documents.close()))
  })
})

const databaseOf = ({ store }: Several): string => new URL(store).pathname.slice(1)
