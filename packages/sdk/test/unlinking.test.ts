import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { restart } from './storage/folder.ts'
import { makeFolder, type Override, startWireServer } from './wire-server.ts'

const root = '/api/client/v2.0/auth/identities'
const mail = { id: 'mail-1', providerType: 'local-userpass' } as const
const custom = { id: ':a/../b?c', providerType: 'custom-function' } as const

const profileOf = (identities: readonly { id: string; providerType: string }[]) => ({
  status: 200,
  body: {
    user_id: 'user-ada',
    identities: identities.map(({ id, providerType }) => ({
      id,
      provider_type: providerType,
      provider_id: 'p',
    })),
    data: identities.length === 1 ? {} : { email: 'ada' },
    type: 'normal',
  },
})

/** A user with two identities, who loses the first that is taken. */
const openUser = async (server: Awaited<ReturnType<typeof startWireServer>>, path: string) => {
  let identities: { id: string; providerType: string }[] = [mail, custom]
  const rules: Override = seen => {
    if (seen.path.endsWith('/auth/profile')) return profileOf(identities)
    if (seen.method !== 'DELETE' || !seen.path.startsWith(root)) return undefined
    identities = identities.slice(0, 1)
    return { status: 204 }
  }
  server.answerWith(rules)
  const app = new App({ id: 'test-aaaaa', baseUrl: server.url, baseFilePath: path })
  return { app, rules, user: await app.logIn(Credentials.emailPassword('ada', 'password')) }
}

describe('user.unlinkCredentials', () => {
  it('takes the identity from the user, in place and on disk', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const { user } = await openUser(server, folder.path)
    let told = 0
    user.addListener(() => told++)
    const bearer = user.accessToken

    await user.unlinkCredentials(custom)

    expect(server.requests.find(seen => seen.method === 'DELETE')).toMatchObject({
      path: `${root}/custom-function/%3Aa%2F..%2Fb%3Fc`,
      bearer,
    })
    expect(user.identities).toEqual([mail])
    expect(user.profile).toEqual({})
    expect(told).toBe(2)
    using again = restart(folder.path)
    expect(again.app.currentUser?.identities).toEqual([mail])
  })

  it('counts when the profile cannot be had after it', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const { user, rules } = await openUser(server, folder.path)
    server.answerWith(seen => (seen.path.endsWith('/auth/profile') ? { status: 502 } : rules(seen)))

    await user.unlinkCredentials(user.identities[1] as never)

    expect(user.identities).toEqual([mail])
    expect(user.profile).toEqual({ email: 'ada' })
  })

  it('logs out when the server has ended the session with it', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const { app, user, rules } = await openUser(server, folder.path)
    server.answerWith(seen => {
      if (seen.path.startsWith(root)) server.sessions.clear()
      return rules(seen)
    })

    await user.unlinkCredentials(custom)

    expect(user.state).toBe('LoggedOut')
    expect(user.identities).toEqual([mail])
    expect(app.currentUser).toBeNull()
    using again = restart(folder.path)
    expect(again.app.allUsers[user.id]?.identities).toEqual([mail])
  })

  it('changes nothing when the server refuses', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const { user } = await openUser(server, folder.path)
    const body = { error: 'cannot unlink the only identity', error_code: 'BadRequest' }
    server.answerWith(({ path }) => (path.startsWith(root) ? { status: 400, body } : undefined))

    await expect(user.unlinkCredentials(mail)).rejects.toMatchObject({ code: 4347 })

    expect(user.identities).toEqual([mail, custom])
  })

  it('does not bring a user back who logged out meanwhile', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const { user, rules } = await openUser(server, folder.path)
    const logOutDuringCall = async (): Promise<void> => {
      await user.logOut()
    }
    server.answerWith(async seen => {
      if (seen.path.startsWith(root)) await logOutDuringCall()
      return rules(seen)
    })

    await user.unlinkCredentials(custom)

    expect(user.state).toBe('LoggedOut')
    expect(user.accessToken).toBe('')
    using again = restart(folder.path)
    expect(again.app.currentUser).toBeNull()
  })

  it('sends nothing for what is no identity, and for a user who is logged out', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const { user } = await openUser(server, folder.path)
    const before = server.requests.length

    await expect(user.unlinkCredentials(undefined as never)).rejects.toThrow(
      "Expected 'identity' to be an object, got undefined",
    )
    await expect(user.unlinkCredentials({ id: 'x' } as never)).rejects.toThrow(
      "Expected 'providerType' to be a string, got undefined",
    )
    expect(server.requests.length).toBe(before)
    await user.logOut()
    await expect(user.unlinkCredentials(mail)).rejects.toMatchObject({ code: 4101 })
    expect(server.requests.some(seen => seen.path.startsWith(root))).toBe(false)
  })
})
