import { describe, expect, it } from 'vitest'
import { openRoom, type Place } from '../../src/data/room/room.ts'
import { AppError } from '../../src/errors.ts'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

const refusalOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    return error instanceof AppError ? error.refusal : String(error)
  }
}

/** Notes who got in, in order. */
const noting = (entered: string[], name: string, waiting: Promise<Place>): Promise<Place> =>
  waiting.then(place => {
    entered.push(name)
    return place
  })

describe('the room for documents', () => {
  it('lets nobody in beyond its bytes, and everybody in the end', async () => {
    const room = openRoom({ mostBytes: 64 * mebibyte })
    let most = 0

    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const place = await room.enter(`user ${n}`, 15 * mebibyte)
        most = Math.max(most, room.used())
        await new Promise(setImmediate)
        place.leave()
      }),
    )

    expect(most).toBe(45 * mebibyte)
    expect(room.used()).toBe(0)
  })

  it('keeps a quarter for what is small, whatever waits', async () => {
    const room = openRoom({ mostBytes: 8 * mebibyte })
    const large = await room.enter('ada', 6 * mebibyte)
    const waiting = room.enter('ada', 6 * mebibyte)

    expect(room.tryEnter('bob', 2 * mebibyte)).toBeUndefined()
    const small = room.tryEnter('bob', mebibyte)
    expect(small).toBeDefined()

    small?.leave()
    large.leave()
    ;(await waiting).leave()
    expect(room.used()).toBe(0)
  })

  it('leaves half of itself to others', async () => {
    const room = openRoom({ mostBytes: 8 * mebibyte })
    const first = await room.enter('ada', 2 * mebibyte)
    const second = await room.enter('ada', 2 * mebibyte)
    const entered: string[] = []
    const third = noting(entered, 'ada', room.enter('ada', 2 * mebibyte))
    const other = noting(entered, 'bob', room.enter('bob', 2 * mebibyte))

    await other
    expect(entered).toEqual(['bob'])

    first.leave()
    await third
    expect(entered).toEqual(['bob', 'ada'])
    second.leave()
  })

  it('lets owners take turns, however much one of them asks for', async () => {
    const room = openRoom({ mostBytes: 4 * mebibyte })
    const held = await room.enter('first', 3 * mebibyte)
    const entered: string[] = []
    const all = ['ada', 'ada', 'ada', 'bob', 'cleo'].map(async name => {
      const place = await noting(entered, name, room.enter(name, 3 * mebibyte))
      place.leave()
    })

    held.leave()
    await Promise.all(all)

    expect(entered).toEqual(['ada', 'bob', 'cleo', 'ada', 'ada'])
  })

  it('lets nothing of others overtake what only waits for room', async () => {
    const room = openRoom({ mostBytes: 8 * mebibyte })
    const held = await room.enter('first', 4 * mebibyte)
    const entered: string[] = []
    const much = noting(entered, 'much', room.enter('ada', 6 * mebibyte))
    const less = noting(entered, 'less', room.enter('bob', 2 * mebibyte))

    held.leave()
    ;(await much).leave()
    await less

    expect(entered).toEqual(['much', 'less'])
  })

  it('refuses who waits too long, or waits behind too many', async () => {
    const room = openRoom({
      mostBytes: mebibyte,
      mostWaiting: 3,
      mostWaitingOfOne: 2,
      patienceMs: 30,
    })
    const held = await room.enter('first', mebibyte)

    const outcomes = await Promise.all(
      ['ada', 'ada', 'ada', 'bob', 'cleo'].map(name => refusalOf(room.enter(name, kibibyte))),
    )

    expect(outcomes).toEqual(Array(5).fill('overloaded'))
    held.leave()
    expect(await refusalOf(room.enter('ada', mebibyte))).toBeUndefined()
  })

  it('counts what turned out to be less or more, and what has left only once', async () => {
    const room = openRoom({ mostBytes: 4 * mebibyte })
    const place = await room.enter('ada', 3 * mebibyte)
    const waiting = room.enter('bob', 2 * mebibyte)

    place.resize(kibibyte)
    await waiting
    expect(room.used()).toBe(2 * mebibyte + kibibyte)
    place.resize(5 * mebibyte)
    expect(room.used()).toBe(7 * mebibyte)
    place.leave()
    place.leave()
    place.resize(mebibyte)
    expect(room.used()).toBe(2 * mebibyte)
  })

  it('cuts off who is slow when others wait, and nobody otherwise', async () => {
    const room = openRoom({ mostBytes: mebibyte, graceMs: 1 })
    const cut: string[] = []
    const slow = await room.enter('ada', 512 * kibibyte)
    slow.mayBeCut(() => {
      cut.push('slow')
      slow.leave()
    })
    const atWork = await room.enter('bob', 256 * kibibyte)
    atWork.mayBeCut(() => cut.push('at work'))
    atWork.mayNotBeCut()

    await new Promise(resolve => setTimeout(resolve, 600))
    expect(cut).toEqual([])
    await room.enter('cleo', 512 * kibibyte)

    expect(cut).toEqual(['slow'])
  })
})
