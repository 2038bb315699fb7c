import { describe, expect, it } from 'vitest'
import { giveSecrets } from '../../src/security/given-secrets.ts'

describe('given secrets', () => {
  it('are found by name, then by a variable of the name or of its capitals', () => {
    const given = giveSecrets({
      values: { 'idp-key': 'value' },
      variables: {
        REGENT_SECRET_IDP_KEY: 'never',
        REGENT_SECRET_googleSecret: 'exact',
        REGENT_SECRET_GOOGLESECRET: 'capitals',
        REGENT_SECRET_MAPS_KEY: 'maps',
        REGENT_SECRET_EMPTY: '',
      },
    })

    expect(given.find('idp-key')).toBe('value')
    expect(given.find('googleSecret')).toBe('exact')
    expect(given.find('maps-key')).toBe('maps')
    for (const name of ['empty', 'nobody', 'toString', '__proto__']) {
      expect(given.find(name)).toBeUndefined()
    }
  })

  it('tell which of them no app names', () => {
    const given = giveSecrets({
      values: { used: 'x', mistyped: 'x' },
      variables: { REGENT_SECRET_MAPS_KEY: 'x', REGENT_SECRET_MAPSKEYS: 'x', REGENT_PORT: '1' },
    })

    expect(given.unused(['used', 'maps-key'])).toEqual(['mistyped', 'REGENT_SECRET_MAPSKEYS'])
  })
})
