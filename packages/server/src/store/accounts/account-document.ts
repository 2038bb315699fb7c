import type { Document } from 'bson'
import type { KeptToken, PasswordAccount } from '../../domain/password.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'

export const accountId = (appId: string, key: string): string => `${appId}:${key}`

export const fromToken = (token: KeptToken): Document => ({
  ...token,
  expiresAt: toDate(token.expiresAt),
})

export const toAccount = (document: Document): PasswordAccount => ({
  appId: fromObjectId(document.appId),
  key: (document._id as string).slice(25),
  email: document.email,
  identityId: fromObjectId(document.identityId),
  hash: document.hash,
  version: document.version,
  state: document.state,
  ...(document.isProven && { isProven: true }),
  ...(document.dropOthers && { dropOthers: true }),
  tokens: (document.tokens as Document[]).map(
    token => ({ ...token, expiresAt: fromDate(token.expiresAt) }) as KeptToken,
  ),
  createdAt: fromDate(document.createdAt),
})

export const fromAccount = ({ appId, key, identityId, ...rest }: PasswordAccount): Document => ({
  ...rest,
  _id: accountId(appId, key),
  appId: toObjectId(appId),
  identityId: toObjectId(identityId),
  tokens: rest.tokens.map(fromToken),
  createdAt: toDate(rest.createdAt),
})
