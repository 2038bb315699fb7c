import { describe, expect, it } from 'vitest'
import type { UserEvent } from '../../src/domain/user.ts'
import { deleteUser } from '../../src/use-cases/delete-account.ts'
import { newId } from '../deps/open-deps.ts'
import { logInAnonymously, openShop } from '../use-cases/people.ts'

const event = (type: UserEvent['type'], at = 0): UserEvent => ({
  id: newId(),
  type,
  providers: ['anon-user'],
  at,
})

describe('events that two move at once', () => {
  it('leave nothing behind, whoever dropped which first, and the user can be deleted', async () => {
    await using shop = await openShop()
    const { users } = shop.store
    const { user } = await logInAnonymously(shop)
    const [login, later] = [event('LOGIN'), event('LOGIN')]
    await users.recordLogin(user.id, { at: 0, events: [login] })
    await users.recordLogin(user.id, { at: 0, events: [later] })

    await users.dropEvents(user.id, [login.id])
    await users.dropEvents(user.id, [login.id, later.id])

    expect(await users.listWithEvents(10)).toEqual([])
    await deleteUser(shop.deps, shop.app, user.id)
    expect(await users.findById(user.id)).toBeUndefined()
  })

  it('keep what came meanwhile', async () => {
    await using shop = await openShop()
    const { users } = shop.store
    const { user } = await logInAnonymously(shop)
    const [first, second, third] = [event('LOGIN'), event('LOGIN'), event('LOGIN')]
    await users.recordLogin(user.id, { at: 0, events: [first, second, third] })

    await users.dropEvents(user.id, [first.id])
    await users.dropEvents(user.id, [first.id, second.id])

    expect((await users.findWithEvents(user.id))?.events).toEqual([third])
    expect(await users.listWithEvents(10)).toEqual([user.id])
  })
})
