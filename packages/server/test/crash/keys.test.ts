import { adminPaths, clientPaths, type KeysWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { automatic } from './apps.ts'
import { killAtEveryStep, type Scenario } from './at-every-step.ts'
import type { Victim } from './victim.ts'

type Prepared = { readonly refreshToken: string; readonly appId: string }

const bodyOf = async <Body>(response: Response | undefined): Promise<Body> => {
  if (response === undefined) throw new Error('the server is gone')
  return (await response.json()) as Body
}

const keysOf = (victim: Victim): Promise<Response | undefined> =>
  victim.request('GET', adminPaths.keys(), { bearer: victim.operatorKey })

const rotate = (victim: Victim, json: object): Promise<Response | undefined> =>
  victim.request('POST', adminPaths.rotateKeys(), { json, bearer: victim.operatorKey })

const prepare: Scenario<Prepared>['prepare'] = async victim => {
  const login = await victim.request('POST', clientPaths.login(automatic, 'anon-user'), {
    json: {},
  })
  const { refresh_token: refreshToken } = await bodyOf<{ refresh_token: string }>(login)
  const [app] = victim.apps
  const appId = app?.id ?? ''
  const path = adminPaths.secrets(victim.projectId, appId)
  const options = { json: { name: 'colour', value: 'green' }, bearer: victim.operatorKey }
  expect([201, 409]).toContain((await victim.request('POST', path, options))?.status)
  return { refreshToken, appId }
}

/** Nobody is logged out, and what was sealed opens. */
const afterwards: Scenario<Prepared>['afterwards'] = async (victim, { refreshToken }) => {
  const refreshed = await victim.request('POST', clientPaths.session(), { bearer: refreshToken })
  expect(refreshed?.status).toBe(201)
  expect((await bodyOf<KeysWire>(await keysOf(victim))).master_keys).toBe(1)
}

/** Until everything is sealed anew, or the server dies. */
const rotateMaster = async (victim: Victim): Promise<Response | undefined> => {
  const begun = await rotate(victim, { what: 'master' })
  if (!begun?.ok) return begun
  for (;;) {
    const answer = await keysOf(victim)
    if (answer === undefined) return undefined
    const { is_resealed } = await bodyOf<KeysWire>(answer.clone())
    if (is_resealed) return answer
  }
}

describe('a server that is killed between any two writes', () => {
  it('while it gives apps new signing keys logs nobody out', { timeout: 240_000 }, async () => {
    const act: Scenario<Prepared>['act'] = victim =>
      rotate(victim, { what: 'signing', app: automatic })

    expect(await killAtEveryStep({ prepare, act, afterwards })).toBeGreaterThanOrEqual(2)
  })

  it('while it puts another master key in place opens everything afterwards', {
    timeout: 360_000,
  }, async () => {
    const writes = await killAtEveryStep({ prepare, act: rotateMaster, afterwards })

    expect(writes).toBeGreaterThanOrEqual(6)
  })
})
