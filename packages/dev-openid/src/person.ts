/** Somebody who can sign in. Every other field is a claim as well, part of the scope `profile`. */
export type Person = {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly picture?: string
  readonly [claim: string]: unknown
}

export const ada: Person = {
  sub: 'ada-1815',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  picture: 'https://example.com/ada.png',
}

export const grace: Person = {
  sub: 'grace-1906',
  email: 'grace@example.com',
  email_verified: true,
  name: 'Grace Hopper',
  given_name: 'Grace',
  family_name: 'Hopper',
  picture: 'https://example.com/grace.png',
}

const ofEmail = ['email', 'email_verified']

/** Scopes, and which claims each of them opens. */
export const claimsByScope = (people: Iterable<Person>): Record<string, string[]> => {
  const names = new Set(Array.from(people).flatMap(person => Object.keys(person)))
  const profile = [...names].filter(name => name !== 'sub' && !ofEmail.includes(name))
  return { openid: ['sub'], email: ofEmail, profile }
}

/** A person by `sub` or e-mail address. */
export const findPerson = (people: Iterable<Person>, hint: unknown): Person | undefined =>
  typeof hint === 'string'
    ? Array.from(people).find(({ sub, email }) => sub === hint || email === hint)
    : undefined
