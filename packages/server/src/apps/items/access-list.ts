import { canonicalRange, openList } from '../../domain/access-list.ts'
import type { AllowedAddress } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { accessList } from '../read/access-list.ts'
import { changeSettings, readSettings } from './root-file.ts'

export type AddressChange = {
  readonly address: string
  /** `undefined`: stays as it is. */
  readonly comment: string | undefined
}

/** Of an app that says nothing everybody is in it. */
export const listAddresses = (definition: Definition): readonly AllowedAddress[] => {
  const { accessList: given } = readSettings(definition)
  return given === undefined ? openList : accessList.parse(given)
}

const write = (definition: Definition, list: readonly AllowedAddress[]): void =>
  changeSettings(definition, { accessList: list })

const readRange = (text: string): string => {
  const range = canonicalRange(text)
  if (range !== undefined) return range
  throw new AppError('fieldInvalid', { detail: "'address' must be an IP address or a CIDR block" })
}

const refuseTaken = (list: readonly AllowedAddress[], address: string): void => {
  if (list.some(entry => entry.address === address)) {
    throw new AppError('allowedAddressTaken', { address })
  }
}

const find = (list: readonly AllowedAddress[], id: string): AllowedAddress => {
  const found = list.find(entry => entry.id === id)
  if (!found) throw new AppError('allowedAddressNotFound', { id })
  return found
}

/** @throws `fieldInvalid` for what is no address, `allowedAddressTaken` */
export const insertAddress = (
  definition: Definition,
  { id, address: text, comment = '' }: AddressChange & { readonly id: string },
): AllowedAddress => {
  const list = listAddresses(definition)
  const address = readRange(text)
  refuseTaken(list, address)
  const entry = { id, address, comment }
  write(definition, [...list, entry])
  return entry
}

/** @throws `fieldInvalid` for what is no address, `allowedAddressNotFound`, `allowedAddressTaken` */
export const changeAddress = (
  definition: Definition,
  id: string,
  { address: text, comment }: Partial<AddressChange>,
): AllowedAddress => {
  const list = listAddresses(definition)
  const before = find(list, id)
  const address = text === undefined ? before.address : readRange(text)
  if (address !== before.address) refuseTaken(list, address)
  const entry = { id, address, comment: comment ?? before.comment }
  write(
    definition,
    list.map(one => (one === before ? entry : one)),
  )
  return entry
}

/** Without an entry nobody may call. @throws `allowedAddressNotFound` */
export const removeAddress = (definition: Definition, id: string): void => {
  const list = listAddresses(definition)
  const gone = find(list, id)
  write(
    definition,
    list.filter(entry => entry !== gone),
  )
}
