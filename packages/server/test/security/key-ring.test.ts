import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { type KeyRing, openKeyRing } from '../../src/security/key-ring.ts'
import { openSecretBox } from '../../src/security/secret-box.ts'
import { openStore, systemDatabase } from '../../src/store/store.ts'
import { describeStores } from './stores.ts'

const secret = Buffer.from('the colour is green')
const place = 'secrets/a/b'

const reads = (ring: KeyRing, sealed: Uint8Array): string =>
  Buffer.from(ring.open(sealed, place)).toString()

describeStores('data keys of a store', openDocuments => {
  const open = async (first = randomBytes(32)) => {
    const opened = await openDocuments()
    const { documents } = opened
    const store = await openStore(documents)
    let time = 1_700_000_000_000
    const now = (): number => time
    return {
      store,
      database: systemDatabase(documents),
      masterKey: first,
      now,
      advance: (ms: number): void => {
        time += ms
      },
      ring: (...masterKeys: readonly Uint8Array[]) =>
        openKeyRing({ store, now, masterKeys: async () => masterKeys }),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    }
  }

  it('are the same for every server that has the master key, and for no other', async () => {
    await using opened = await open()
    const { masterKey, ring } = opened
    const [one, other] = await Promise.all([ring(masterKey), ring(masterKey)])

    expect(reads(other, one.seal(secret, place))).toBe('the colour is green')
    await expect(ring(randomBytes(32))).rejects.toThrow('is it the right master key?')
    expect(await ring(randomBytes(32), masterKey)).toBeDefined()
  })

  it('are no longer the master key, so that a copy of it opens nothing without the store', async () => {
    await using opened = await open()
    const ring = await opened.ring(opened.masterKey)
    const sealed = ring.seal(secret, place)

    expect(() => openSecretBox(opened.masterKey).open(sealed, place)).toThrow('does not open')
  })

  it('begin with the master key where it has sealed things before there were data keys', async () => {
    await using opened = await open()
    const { masterKey, database } = opened
    const old = openSecretBox(masterKey)
    const seal = Buffer.from(old.seal(Buffer.alloc(0), 'project'))
    await database.collection('project').insertOne({ _id: 'project', seal })

    await expect(opened.ring(randomBytes(32))).rejects.toThrow('is it the right master key?')
    const ring = await opened.ring(masterKey)

    expect(reads(ring, old.seal(secret, place))).toBe('the colour is green')
  })

  it('seal from their time on, and are known to other servers before', async () => {
    await using opened = await open()
    const { masterKey, now, advance } = opened
    const [one, other] = [await opened.ring(masterKey), await opened.ring(masterKey)]
    const before = one.seal(secret, place)

    await one.addDataKey(now() + 1_000)
    await one.addDataKey(now() + 9_000)
    expect(one.state().dataKeys.map(({ number }) => number)).toEqual([2, 1])
    expect(one.isCurrent(before, place)).toBe(true)
    await other.reload()
    advance(1_000)
    const after = other.seal(secret, place)

    expect([before, after].map(sealed => reads(one, sealed))).toEqual(
      Array(2).fill('the colour is green'),
    )
    expect([before, after].map(sealed => one.isCurrent(sealed, place))).toEqual([false, true])
    expect(one.state().resealedAt).toBeUndefined()
    await other.noteResealed(now())
    await one.dropOlderKeys()
    await other.reload()
    expect(() => reads(other, before)).toThrow('does not open')
    expect(reads(other, after)).toBe('the colour is green')
  })

  it('open with two master keys while one takes the place of the other', async () => {
    await using opened = await open()
    const { masterKey } = opened
    const ring = await opened.ring(masterKey)
    const sealed = ring.seal(secret, place)
    const next = randomBytes(32)

    await expect(ring.keepOnlyMasterKey(next)).rejects.toThrow('does not open the store')
    await ring.addMasterKey(next)
    expect(ring.state().masterKeys).toBe(2)
    expect(reads(await opened.ring(next), sealed)).toBe('the colour is green')
    expect(reads(await opened.ring(masterKey), sealed)).toBe('the colour is green')
    await expect(ring.dropOlderKeys()).resolves.toBeUndefined()
    await expect(ring.addDataKey(0)).rejects.toThrow('one must go first')

    const other = await opened.ring(next)
    await other.keepOnlyMasterKey(next)
    expect(reads(other, sealed)).toBe('the colour is green')
    await expect(opened.ring(masterKey)).rejects.toThrow('is it the right master key?')
    await expect(ring.reload()).rejects.toThrow('is it the right master key?')
    expect(reads(ring, sealed)).toBe('the colour is green')
  })

  it('let in a master key that is in use beside the one before', async () => {
    await using opened = await open()
    const { masterKey } = opened
    await opened.ring(masterKey)
    const next = randomBytes(32)

    const ring = await opened.ring(next, masterKey)

    expect(ring.state().masterKeys).toBe(2)
    await ring.keepOnlyMasterKey(next)
    await expect(opened.ring(masterKey)).rejects.toThrow('is it the right master key?')
  })

  it('survive many who change them at the same time', async () => {
    await using opened = await open()
    const { masterKey, now } = opened
    const rings = await Promise.all(Array.from({ length: 5 }, () => opened.ring(masterKey)))

    await Promise.all(rings.map(ring => ring.addDataKey(now())))
    await Promise.all(rings.map(ring => ring.noteResealed(now())))

    const { dataKeys, resealedAt } = (await opened.ring(masterKey)).state()
    expect(dataKeys.map(({ number }) => number)).toEqual([2, 1])
    expect(resealedAt).toBe(now())
  })
})
