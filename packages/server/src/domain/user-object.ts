import { profileData, type User } from './user.ts'

/** A user as functions, triggers and rule expressions see it. */
export type UserObject = {
  readonly id?: string
  readonly type: 'normal' | 'server' | 'system'
  readonly data: Readonly<Record<string, unknown>>
  readonly custom_data: Readonly<Record<string, unknown>>
  readonly identities: readonly {
    readonly id: string
    /** Both keys: the original's pages disagree. */
    readonly provider_type: string
    readonly providerType: string
    readonly data: Readonly<Record<string, unknown>>
  }[]
}

/** The user; the system user, who has no id and nothing else, for `undefined`. */
export const toUserObject = (
  user: User | undefined,
  customData: Readonly<Record<string, unknown>> = {},
): UserObject => {
  if (!user) return { type: 'system', data: {}, custom_data: {}, identities: [] }
  return {
    id: user.id,
    type: user.type,
    data: profileData(user),
    custom_data: customData,
    identities: user.identities.map(({ id, providerType, data }) => ({
      id,
      provider_type: providerType,
      providerType,
      data,
    })),
  }
}
