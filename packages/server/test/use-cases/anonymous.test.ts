import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { logIn } from '../../src/use-cases/log-in.ts'
import { getProfile } from '../../src/use-cases/profile.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import { newApp, openDeps } from '../deps/open-deps.ts'

describe('an anonymous log-in', () => {
  it('makes a user that the tokens are for', async () => {
    await using server = await openDeps()
    const { deps } = server
    const app = await server.deploy(newApp())

    const { user, accessToken, refreshToken } = await logIn(deps, app, {
      providerType: 'anon-user',
      payload: {},
      device: { platform: 'node' },
    })

    const claims = await authenticate(deps, accessToken)
    expect(claims).toMatchObject({ userId: user.id, app: { id: app.id } })
    expect(await getProfile(deps, claims)).toEqual(user)
    expect(user.identities).toHaveLength(1)
    expect(user.identities[0]?.id).toMatch(new RegExp(`^${user.id}-[a-z]{24}$`))
    const again = await refreshSession(deps, refreshToken)
    expect(await authenticate(deps, again.accessToken)).toMatchObject({ userId: user.id })
  })
})
