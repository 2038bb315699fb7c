import { readFile } from 'node:fs/promises'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { canonicalEmail } from '../domain/email.ts'
import { isOperatorPassword } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import { createOperator } from '../use-cases/operators/manage.ts'

type Settings = Pick<Config, 'adminEmail' | 'adminPassword' | 'adminPasswordFile'>

const file = 'REGENT_ADMIN_PASSWORD_FILE'

/** Without the line's end that editors add. */
const readPassword = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new TypeError(`${file} cannot be read: ${cause.message}`, { cause })
  })
  const password = text.replace(/\r?\n$/, '')
  if (!isOperatorPassword(password)) {
    throw new TypeError(`${file} must hold a password of 8 to 128 characters`)
  }
  return password
}

const wasMadeMeanwhile = (error: unknown): boolean =>
  error instanceof AppError && error.refusal === 'operatorExists'

/**
 * Makes the operator that the settings name, unless there is one with this e-mail address: whose password was changed
 * since keeps the new one.
 *
 * @throws TypeError that begins with the setting's name when its file cannot be used
 */
export const makeFirstOperator = async (deps: Deps, settings: Settings): Promise<void> => {
  const { adminEmail: email, adminPassword, adminPasswordFile = '' } = settings
  if (email === undefined) return
  if (await deps.store.admins.findByEmail(canonicalEmail(email))) return
  const password = adminPassword ?? (await readPassword(adminPasswordFile))
  try {
    await createOperator(deps, { email, password, role: 'full' })
    deps.log.info('an operator was made', { email })
  } catch (error) {
    if (!wasMadeMeanwhile(error)) throw error
  }
}
