import { hash } from 'node:crypto'

/** Remembers what checked tokens said, by their SHA-256, until they expire; the longest unused go first. */
export type TokenMemory<Claims> = {
  find(token: string): Claims | undefined
  remember(token: string, claims: Claims): void
  /** Forgets them all. */
  clear(): void
}

export const openTokenMemory = <Claims extends { readonly expiresAt: number }>(
  most: number,
  nowSeconds: () => number,
): TokenMemory<Claims> => {
  const known = new Map<string, Claims>()
  const keyOf = (token: string): string => hash('sha256', token, 'base64')

  return {
    find: token => {
      const key = keyOf(token)
      const claims = known.get(key)
      if (!claims) return undefined
      known.delete(key)
      if (claims.expiresAt <= nowSeconds()) return undefined
      known.set(key, claims)
      return claims
    },
    remember: (token, claims) => {
      known.set(keyOf(token), claims)
      if (known.size <= most) return
      for (const oldest of known.keys()) {
        known.delete(oldest)
        return
      }
    },
    clear: () => known.clear(),
  }
}
