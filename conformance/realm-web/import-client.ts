import { expect } from 'vitest'

type Json = Readonly<Record<string, unknown>>

/** Everything an importer reads from a directory before it begins. */
export type ImportedApp = {
  readonly name: string
  readonly origins: readonly string[]
  readonly secrets: Readonly<Record<string, string>>
  readonly values: readonly Json[]
  readonly sync: Json
  readonly services: readonly { readonly config: Json; readonly rules: readonly Json[] }[]
  readonly functions: readonly Json[]
  readonly providers: readonly (Json & { readonly type: string })[]
}

/**
 * An independent client of the Admin API, as strict as the importer of realm-js' own tests: it takes JSON only from
 * exactly `application/json`, wants ids to be text, and does not wait where that one does not.
 */
export type ImportClient = {
  logIn(username: string, password: string): Promise<void>
  call<T>(method: string, route: string, body?: unknown): Promise<T>
  /** Imports the app, in that importer's order. */
  importApp(app: ImportedApp): Promise<{ _id: string; client_app_id: string }>
  groupId(): string
}

const withIds = (config: unknown, functions: readonly { _id: string; name: string }[]): unknown => {
  if (typeof config !== 'object' || config === null) return config
  const ids = Object.entries(config)
    .filter(([key]) => key.endsWith('FunctionName'))
    .map(([key, name]) => [
      key.replace(/Name$/, 'Id'),
      functions.find(one => one.name === name)?._id,
    ])
  return { ...config, ...Object.fromEntries(ids) }
}

export const openImportClient = (baseUrl: string): ImportClient => {
  let accessToken: string | undefined
  let group = ''

  const call: ImportClient['call'] = async <T>(
    method: string,
    route: string,
    body?: unknown,
  ): Promise<T> => {
    const response = await fetch(`${baseUrl}/api/admin/v3.0${route}`, {
      method,
      headers: {
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        ...(typeof body === 'object' && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const isJson = response.headers.get('content-type') === 'application/json'
    const told = isJson ? await response.json() : undefined
    if (response.ok) return told as T
    throw new Error(`${method} ${route}: ${response.status} ${JSON.stringify(told)}`)
  }

  const importApp: ImportClient['importApp'] = async template => {
    const { name, sync } = template
    const app = await call<{ _id: string; client_app_id: string }>(
      'POST',
      `/groups/${group}/apps`,
      { name, sync },
    )
    expect(app).toMatchObject({ _id: expect.any(String), client_app_id: expect.any(String) })
    const below = `/groups/${group}/apps/${app._id}`
    const loose: Promise<unknown>[] = []
    const post = <T>(route: string, body: unknown): Promise<T> => call('POST', below + route, body)

    loose.push(post('/security/allowed_request_origins', template.origins))
    await Promise.all(
      Object.entries(template.secrets).map(([secret, value]) =>
        post('/secrets', { name: secret, value }),
      ),
    )
    loose.push(...template.values.map(value => post('/values', value)))
    for (const { config, rules } of template.services) {
      loose.push(call('PUT', `${below}/sync/config`, sync))
      const { _id } = await post<{ _id: string }>('/services', config)
      const isData = config.type === 'mongodb' || config.type === 'mongodb-atlas'
      const route = `/services/${_id}/${isData ? 'default_rule' : 'rules'}`
      loose.push(...rules.map(rule => post(route, rule)))
    }
    await Promise.all(template.functions.map(one => post('/functions', one)))
    const functions = await call<{ _id: string; name: string }[]>('GET', `${below}/functions`)
    const present = await call<{ _id: string; type: string }[]>('GET', `${below}/auth_providers`)
    loose.push(
      ...template.providers.map(provider => {
        const config = { ...provider, config: withIds(provider.config, functions) }
        const known = present.find(({ type }) => type === provider.type)
        return known
          ? call('PATCH', `${below}/auth_providers/${known._id}`, { ...config, _id: known._id })
          : post('/auth_providers', config)
      }),
    )
    await Promise.all(loose)
    return app
  }

  return {
    logIn: async (username, password) => {
      const told = await call<Record<string, string>>(
        'POST',
        '/auth/providers/local-userpass/login',
        { username, password },
      )
      accessToken = told.access_token
      const { roles } = await call<{ roles: { group_id: string }[] }>('GET', '/auth/profile')
      const groups = [...new Set(roles.map(role => role.group_id))]
      expect(groups).toHaveLength(1)
      group = groups[0] as string
    },
    call,
    importApp,
    groupId: () => group,
  }
}
