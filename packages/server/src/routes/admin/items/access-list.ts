import {
  type AccessListBody,
  type AccessListEntryWire,
  accessListBody,
  accessListEntryWire,
  accessListWire,
  adminPaths,
} from '@regent/protocol'
import type { FastifyRequest } from 'fastify'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import {
  changeAddress,
  insertAddress,
  listAddresses,
  removeAddress,
} from '../../../apps/items/access-list.ts'
import { holdsAddress } from '../../../domain/access-list.ts'
import type { AllowedAddress } from '../../../domain/app.ts'
import { AppError } from '../../../errors.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'security'
const all = adminPaths.accessList(':projectId', ':appId')
const one = adminPaths.accessListEntry(':projectId', ':appId', ':entryId')

const toWire = (
  { id, address, comment }: AllowedAddress,
  { ip }: FastifyRequest,
): AccessListEntryWire => ({
  _id: id,
  address,
  comment,
  includes_current: holdsAddress(address, ip),
})

const addressOf = (
  { address, use_current: isCurrent }: AccessListBody,
  { ip }: FastifyRequest,
): string | undefined => (isCurrent ? ip : (address ?? undefined))

/** Addresses that clients of an app may call from. */
export const accessListRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'getAccessList',
    summary: 'Addresses that clients may call from; in a new app everybody may.',
    tag,
    access: 'read',
    answer: { status: 200, shape: accessListWire },
    handle: async ({ deps, app, operator, request }) => {
      const list = listAddresses(await readDefinition(deps, app, operator))
      return { current_ip: request.ip, allowed_ips: list.map(entry => toWire(entry, request)) }
    },
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createAccessListEntry',
    summary: 'Lets clients call from an address, or from a range of them.',
    tag,
    access: 'write',
    body: accessListBody,
    answer: { status: 201, shape: accessListEntryWire },
    handle: async ({ deps, app, operator, body, request }) => {
      const address = addressOf(body, request)
      if (address === undefined) throw new AppError('fieldMissing', { field: 'address' })
      const entry = { id: deps.newId(), address, comment: body.comment ?? undefined }
      const made = await changeApp(deps, app, operator, definition =>
        insertAddress(definition, entry),
      )
      return toWire(made, request)
    },
  }),
  appRoute({
    method: 'PATCH',
    path: one,
    operation: 'changeAccessListEntry',
    summary: 'Changes the address or the comment of an entry.',
    tag,
    access: 'write',
    body: accessListBody,
    answer: { status: 200, shape: accessListEntryWire },
    handle: async ({ deps, app, operator, body, request, params: { entryId = '' } }) => {
      const address = addressOf(body, request)
      const change = {
        ...(address !== undefined && { address }),
        comment: body.comment ?? undefined,
      }
      const changed = await changeApp(deps, app, operator, definition =>
        changeAddress(definition, entryId, change),
      )
      return toWire(changed, request)
    },
  }),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'deleteAccessListEntry',
    summary: 'Takes an entry away; without one nobody may call.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params: { entryId = '' } }) =>
      changeApp(deps, app, operator, definition => removeAddress(definition, entryId)),
  }),
]
