import type { App } from '../domain/app.ts'
import type { DataSource } from '../domain/data-source.ts'
import {
  type GivenLinks,
  givenLink,
  isMongoAddress,
  type ResolvedLink,
} from '../domain/source-link.ts'
import { AppError } from '../errors.ts'
import type { AppSecrets } from '../security/app-secrets.ts'

export type Links = {
  /**
   * Where this server finds the data source: as its own settings say, else as the app's deployment does.
   *
   * @throws `dataSourceUnavailable` when the secret that holds the address has no value, or one that is no address
   */
  resolve(app: Pick<App, 'id'>, source: DataSource): Promise<ResolvedLink>
}

type Parts = {
  readonly given: GivenLinks
  readonly appSecrets: Pick<AppSecrets, 'read'>
}

export const openLinks = ({ given, appSecrets }: Parts): Links => ({
  resolve: async (app, { name, link }) => {
    const set = givenLink(given, name)
    if (set !== undefined) return set
    if (link.kind !== 'secret') return link
    const address = (await appSecrets.read(app.id, link.name))?.trim()
    if (address === undefined || !isMongoAddress(address)) {
      const why = address === undefined ? 'has no value' : 'holds no MongoDB address'
      const cause = new Error(`the secret "${link.name}" ${why}`)
      throw new AppError('dataSourceUnavailable', { name }, { cause })
    }
    return { kind: 'address', address }
  },
})
