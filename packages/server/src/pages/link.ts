import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'
import type { HttpContext } from '../http/context.ts'
import { findApp } from '../use-cases/find-app.ts'

/** What the link of a letter carries. */
export type Link = { readonly app: App; readonly token: string; readonly tokenId: string }

const longest = 512

const read = (values: unknown, name: string): string | undefined => {
  const value = (values as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined
}

/** `undefined` when the link is cut off, or its app is not here. */
export const readLink = async (
  { deps }: HttpContext,
  values: unknown,
): Promise<Link | undefined> => {
  const [appId, token, tokenId] = ['app', 'token', 'tokenId'].map(name => read(values, name))
  if (appId === undefined || token === undefined || tokenId === undefined) return undefined
  try {
    return { app: await findApp(deps, appId), token, tokenId }
  } catch (error) {
    if (error instanceof AppError && error.refusal === 'appNotFound') return undefined
    throw error
  }
}

export const readField = (values: unknown, name: string): string => read(values, name) ?? ''
