type Payload = Record<string, unknown>

/** What oidc-provider keeps of one kind of thing. */
type Adapter = {
  upsert(id: string, payload: Payload): Promise<void>
  find(id: string): Promise<Payload | undefined>
  findByUid(uid: string): Promise<Payload | undefined>
  findByUserCode(code: string): Promise<Payload | undefined>
  consume(id: string): Promise<void>
  destroy(id: string): Promise<void>
  revokeByGrantId(grantId: string): Promise<void>
}

/** Keeps everything in memory until the provider stops; a provider with new keys finds it again. */
export const openMemory = (): ((kind: string) => Adapter) => {
  const kept = new Map<string, Payload>()
  const findWhere = (kind: string, field: string, value: string): Payload | undefined =>
    [...kept].find(([key, one]) => key.startsWith(`${kind}:`) && one[field] === value)?.[1]

  return kind => ({
    upsert: async (id, payload) => {
      kept.set(`${kind}:${id}`, payload)
    },
    find: async id => kept.get(`${kind}:${id}`),
    findByUid: async uid => findWhere(kind, 'uid', uid),
    findByUserCode: async code => findWhere(kind, 'userCode', code),
    consume: async id => {
      const payload = kept.get(`${kind}:${id}`)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async id => {
      kept.delete(`${kind}:${id}`)
    },
    revokeByGrantId: async grantId => {
      for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key)
    },
  })
}
