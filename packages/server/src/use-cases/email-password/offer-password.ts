import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import { emailPasswordConfig } from './account.ts'
import { sendNewToken } from './token-letter.ts'

/**
 * For people who came without a password: sends the letter with which one is set when they try to log in, if the app
 * says so. Nothing waits for it and nobody is told, as with the letters that anybody may ask for.
 */
export const offerPasswordOf =
  (deps: Deps, app: App): ((account: PasswordAccount) => void) =>
  (account: PasswordAccount): void => {
    if (!app.migration?.sendsLetters) return
    if (emailPasswordConfig(app).resetFunctionName !== undefined) return
    sendNewToken(deps, app, { account, purpose: 'reset' }).catch((error: unknown) => {
      if (error instanceof AppError) return
      deps.log.error('a letter to set a password could not be sent', { err: error })
    })
  }
