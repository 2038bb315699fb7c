import { describe, expect, it } from 'vitest'
import { isAnonymous, profileData, type User } from '../../src/domain/user.ts'

const identity = (providerType: 'anon-user' | 'local-userpass' | 'custom-token', data = {}) => ({
  id: `${providerType}-1`,
  providerType,
  providerId: '65a0c0ffee0000000000d001',
  data,
  linkedAt: 1,
})

const user = (...identities: User['identities'][number][]): User => ({
  id: '65a0c0ffee0000000000beef',
  appId: '65a0c0ffee0000000000d0d0',
  type: 'normal',
  identities,
  disabled: false,
  deleting: false,
  createdAt: 1,
  lastLoginAt: 1,
  lastSeenAt: 1,
})

describe('a user', () => {
  it('has the data of all identities, the later one winning', () => {
    const ada = user(
      identity('local-userpass', { email: 'ada@example.com' }),
      identity('custom-token', { name: 'Ada', email: 'ada@work.example' }),
    )
    expect(profileData(ada)).toEqual({ name: 'Ada', email: 'ada@work.example' })
  })

  it('is anonymous until another identity is linked', () => {
    expect(isAnonymous(user(identity('anon-user')))).toBe(true)
    expect(isAnonymous(user(identity('anon-user'), identity('local-userpass')))).toBe(false)
  })
})
