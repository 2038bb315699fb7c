import { clientPaths, serverPaths } from '@regent/protocol'
import type { EntryType } from '../../activity/entry.ts'

/** What a request to a route is about. */
export type Happening = {
  readonly type: EntryType
  readonly event: string
  /** `all`: each has an entry; `failures`: only what was refused. */
  readonly listed: 'all' | 'failures'
}

const all = (type: EntryType, event: string): Happening => ({ type, event, listed: 'all' })
const failures = (type: EntryType, event: string): Happening => ({
  type,
  event,
  listed: 'failures',
})

/** Of a request that is in no row below. */
const anyRequest: Happening = failures('API', 'request')

const login = clientPaths.login(':appId', ':provider')

/**
 * By method and pattern of the route. Refreshes, reads and calls of functions that went well are not listed here: the
 * first two are many and tell nothing, the last are noted where functions are run.
 */
const rows: Readonly<Record<string, Happening>> = {
  [`POST ${login}`]: all('AUTH', 'login'),
  [`POST ${clientPaths.login(':appId', 'custom-token')}`]: all('AUTH', 'login'),
  [`GET ${login}`]: failures('AUTH', 'login'),
  [`GET ${clientPaths.callback()}`]: all('AUTH', 'login'),
  [`POST ${clientPaths.callback()}`]: all('AUTH', 'login'),
  [`POST ${clientPaths.register(':appId')}`]: all('AUTH', 'register'),
  [`POST ${clientPaths.confirm(':appId')}`]: all('AUTH', 'confirm'),
  [`POST ${clientPaths.confirmSend(':appId')}`]: all('AUTH', 'resend_confirmation'),
  [`POST ${clientPaths.confirmCall(':appId')}`]: all('AUTH', 'rerun_confirmation'),
  [`POST ${clientPaths.reset(':appId')}`]: all('AUTH', 'reset_password'),
  [`POST ${clientPaths.resetSend(':appId')}`]: all('AUTH', 'send_reset'),
  [`POST ${clientPaths.resetCall(':appId')}`]: all('AUTH', 'reset_password'),
  [`POST ${serverPaths.confirmPage()}`]: all('AUTH', 'confirm'),
  [`POST ${serverPaths.resetPage()}`]: all('AUTH', 'reset_password'),
  [`POST ${clientPaths.session()}`]: failures('AUTH', 'refresh'),
  [`DELETE ${clientPaths.session()}`]: all('AUTH', 'logout'),
  [`DELETE ${clientPaths.deleteUser()}`]: all('AUTH', 'delete'),
  [`DELETE ${clientPaths.identity(':providerType', ':id')}`]: all('AUTH', 'unlink'),
  [`DELETE ${clientPaths.sessions()}`]: all('AUTH', 'end_sessions'),
  [`DELETE ${clientPaths.sessionOf(':id')}`]: all('AUTH', 'end_session'),
  [`POST ${clientPaths.apiKeys()}`]: all('API_KEY', 'create'),
  [`DELETE ${clientPaths.apiKey(':id')}`]: all('API_KEY', 'delete'),
  [`PUT ${clientPaths.enableApiKey(':id')}`]: all('API_KEY', 'enable'),
  [`PUT ${clientPaths.disableApiKey(':id')}`]: all('API_KEY', 'disable'),
  [`POST ${clientPaths.callFunction(':appId')}`]: failures('FUNCTION', 'call'),
  [`GET ${clientPaths.callFunction(':appId')}`]: failures('SERVICE_STREAM_FUNCTION', 'watch'),
}

const byRoute = new Map(Object.entries(rows))

export const happeningOf = (method: string, pattern: string | undefined): Happening =>
  byRoute.get(`${method} ${pattern}`) ?? anyRequest
