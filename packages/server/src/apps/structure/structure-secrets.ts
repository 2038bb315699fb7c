import type { AppStructureBody } from '@regent/protocol'
import { importedSecretName } from '../read/secrets-file.ts'

type Values = Readonly<Record<string, string>>

/** Values of secrets that came with a structure, by the names that the original gave them. */
export const secretsIn = ({ secrets }: AppStructureBody): Values => {
  const all = { ...secrets?.auth_providers, ...secrets?.services }
  return Object.fromEntries(
    Object.entries(all).flatMap(([owner, fields]) =>
      Object.entries(fields).map(([field, value]) => [importedSecretName(owner, field), value]),
    ),
  )
}

type Owner = Readonly<Record<string, unknown>>

const withNames = <T extends Owner>(owner: T, name: string, fields: Values | undefined): T => {
  if (!fields) return owner
  const names = Object.keys(fields).map(field => [field, importedSecretName(name, field)])
  const given = typeof owner.secret_config === 'object' ? owner.secret_config : {}
  return { ...owner, secret_config: { ...given, ...Object.fromEntries(names) } }
}

/** The structure with the names of its secrets where they belong, and without their values. */
export const nameSecrets = ({ secrets, ...structure }: AppStructureBody): AppStructureBody => {
  const ofService = <T extends { readonly config: Owner & { readonly name: string } }>(
    part: T,
  ): T => ({
    ...part,
    config: withNames(part.config, part.config.name, secrets?.services?.[part.config.name]),
  })
  const ofProvider = <T extends Owner>(type: string, entry: T): T =>
    withNames(entry, type, secrets?.auth_providers?.[type])
  const { auth, auth_providers: list, services, data_sources: sources } = structure
  return {
    ...structure,
    ...(auth?.providers && {
      auth: {
        ...auth,
        providers: Object.fromEntries(
          Object.entries(auth.providers).map(([type, entry]) => [type, ofProvider(type, entry)]),
        ),
      },
    }),
    ...(list && { auth_providers: list.map(entry => ofProvider(entry.type, entry)) }),
    ...(services && { services: services.map(ofService) }),
    ...(sources && { data_sources: sources.map(ofService) }),
  }
}
