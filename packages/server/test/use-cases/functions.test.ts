import { describe, expect, it } from 'vitest'
import type { Deps } from '../../src/deps.ts'
import type { AppFunction } from '../../src/domain/function.ts'
import { FunctionError } from '../../src/functions/call.ts'
import { register } from '../../src/use-cases/email-password/register.ts'
import { rerunConfirmation } from '../../src/use-cases/email-password/rerun-confirmation.ts'
import { resetByFunction } from '../../src/use-cases/email-password/reset-by-function.ts'
import { callFunction } from '../../src/use-cases/functions/call-function.ts'
import { logIn } from '../../src/use-cases/log-in.ts'
import { anonymousProvider, emailProvider, newId } from '../deps/open-deps.ts'
import {
  ada,
  logInAnonymously,
  logInByEmail,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

const fn = (name: string, source: string): AppFunction => ({
  name,
  source,
  private: false,
  canEvaluate: {},
  disableArgLogs: false,
  runAsSystem: false,
})

const customEntry = {
  ...anonymousProvider,
  id: newId(),
  type: 'custom-function',
  config: { authFunctionName: 'pending' },
} as const

const byFunctions = {
  providers: [
    anonymousProvider,
    customEntry,
    emailProvider({
      autoConfirm: false,
      confirmationFunctionName: 'pending',
      resetFunctionName: 'pending',
    }),
  ],
  functions: [fn('pending', 'exports = () => ({ status: "pending" })')],
}

/** A runtime that has no room for one more call. */
const busy = (deps: Deps): Deps => ({
  ...deps,
  functions: {
    ...deps.functions,
    run: async () => {
      throw new FunctionError('overloaded', 'too many functions are running')
    },
  },
})

const claimsOf = async (shop: Shop) => {
  const { accessToken } = await logInAnonymously(shop)
  return shop.deps.tokens.readAccess(accessToken)
}

describe('a function called by a client', () => {
  it('that ends badly is a failure of its own, told in words', async () => {
    await using shop = await openShop({
      functions: [
        fn('throws', 'exports = () => { throw new Error("out of plums") }'),
        fn('circular', 'exports = () => { const ring = {}; ring.ring = ring; return ring }'),
        fn('noCode', 'exports = ('),
      ],
    })
    const claims = await claimsOf(shop)
    const call = (name: string) => callFunction(shop.deps, shop.app, { claims, name, args: [] })

    await expect(call('throws')).rejects.toMatchObject({
      ...refusal('functionFailed'),
      message: 'out of plums',
    })
    for (const name of ['circular', 'noCode']) {
      await expect(call(name)).rejects.toMatchObject(refusal('functionFailed'))
    }
    await expect(call('unknown')).rejects.toMatchObject(refusal('functionNotFound'))
  })

  it('that finds no room is to be tried again', async () => {
    await using shop = await openShop(byFunctions)
    const claims = await claimsOf(shop)

    const call = callFunction(busy(shop.deps), shop.app, { claims, name: 'pending', args: [] })

    await expect(call).rejects.toMatchObject(refusal('overloaded'))
  })
})

describe('while functions find no room', () => {
  it('a registration leaves nothing, and may be tried again', async () => {
    await using shop = await openShop(byFunctions)

    await expect(register(busy(shop.deps), shop.app, ada)).rejects.toMatchObject(
      refusal('overloaded'),
    )

    expect(await shop.store.passwords.find(shop.app.id, ada.email)).toBeUndefined()
    await registerAda(shop)
  })

  it('neither a confirmation nor a reset changes anything', async () => {
    await using shop = await openShop(byFunctions)
    await registerAda(shop)
    const before = await shop.store.passwords.find(shop.app.id, ada.email)

    await expect(rerunConfirmation(busy(shop.deps), shop.app, ada)).rejects.toMatchObject(
      refusal('overloaded'),
    )
    await expect(resetByFunction(busy(shop.deps), shop.app, ada)).rejects.toMatchObject(
      refusal('overloaded'),
    )

    expect(await shop.store.passwords.find(shop.app.id, ada.email)).toEqual(before)
  })

  it('no user is made, and no failure is counted', async () => {
    await using shop = await openShop({ ...byFunctions, userCreationFunctionName: 'pending' })
    const { app, store } = shop
    const crowded = { ...shop, deps: busy(shop.deps) }
    const byFunction = { providerType: 'custom-function', payload: {}, device: undefined }

    for (let time = 0; time < 12; time += 1) {
      await expect(logIn(crowded.deps, app, byFunction)).rejects.toMatchObject(
        refusal('overloaded'),
      )
    }
    await expect(logInAnonymously(crowded)).rejects.toMatchObject(refusal('overloaded'))

    expect(await store.users.listByApp(app.id, { after: undefined, limit: 9 })).toEqual([])
  })
})

describe('a log-in by function', () => {
  it('is refused in the words of the function, and in none when there is no function', async () => {
    await using shop = await openShop({
      ...byFunctions,
      functions: [fn('pending', 'exports = () => { throw new Error("out of plums") }')],
    })
    const { deps, app } = shop
    const credentials = { providerType: 'custom-function', payload: {}, device: undefined }

    await expect(logIn(deps, app, credentials)).rejects.toMatchObject({
      ...refusal('customFunctionRefused'),
      message: 'out of plums',
    })
    const without = { ...app, functions: [], digest: 'without' }
    await expect(logIn(deps, without, credentials)).rejects.toMatchObject(refusal('tokenRefused'))
  })
})

describe('a user creation function', () => {
  it('that is not there lets nobody in', async () => {
    await using shop = await openShop({ userCreationFunctionName: 'gone' })
    await registerAda(shop)

    await expect(logInByEmail(shop)).rejects.toMatchObject(refusal('userCreationRefused'))
  })
})
