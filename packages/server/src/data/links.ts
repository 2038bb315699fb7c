import type { App } from '../domain/app.ts'
import type { DataSource } from '../domain/data-source.ts'
import { AppError } from '../errors.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import type { GivenLinks } from './given-links.ts'

/** Where the documents of a data source are on this server. */
export type ResolvedLink =
  | { readonly kind: 'own' }
  /** A MongoDB address, which may hold a password: for no log, no error and no answer. */
  | { readonly kind: 'address'; readonly address: string }

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

/** True for `mongodb://…` and `mongodb+srv://…`. What stands behind is for the driver to read. */
export const isMongoAddress = (text: string): boolean => /^mongodb(?:\+srv)?:\/\/\S+$/.test(text)

export const openLinks = ({ given, appSecrets }: Parts): Links => ({
  resolve: async (app, { name, link }) => {
    const set = given.find(name)
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
