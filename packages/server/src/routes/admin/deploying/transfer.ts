import type { AppStructureBody } from '@regent/protocol'
import {
  adminPaths,
  appConfigWire,
  appStructureBody,
  diffsWire,
  exportQuery,
  importQuery,
} from '@regent/protocol'
import type { FastifyReply } from 'fastify'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import type { AppFiles, Definition } from '../../../apps/definition/definition.ts'
import { openDefinition } from '../../../apps/definition/open-definition.ts'
import { describeChange, diffFiles } from '../../../apps/diff/diff-files.ts'
import { changeRoot } from '../../../apps/items/root-file.ts'
import { pullFiles } from '../../../apps/pull.ts'
import { fromAppConfig, toAppConfig } from '../../../apps/structure/app-config.ts'
import { applyStructure } from '../../../apps/structure/apply-structure.ts'
import { secretsIn } from '../../../apps/structure/structure-secrets.ts'
import type { Deps } from '../../../deps.ts'
import type { App } from '../../../domain/app.ts'
import { isSecretName, mostSecretCharacters } from '../../../domain/secret.ts'
import { AppError } from '../../../errors.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { toZip, zipName } from './zip.ts'

const tag = 'apps'
/** Room for an app's functions and templates. */
const bodyLimit = 33_554_432
const zipType = 'application/zip'

const filesOf = (definition: Definition): AppFiles =>
  new Map(definition.paths().map(path => [path, Buffer.from(definition.readText(path) ?? '')]))

/** What the import of a structure would change. */
const diffStructure = (
  { id, clientAppId }: App,
  definition: Definition,
  structure: AppStructureBody,
): string[] => {
  const before = filesOf(definition)
  const after = openDefinition({ appId: id, clientAppId, files: before })
  applyStructure(after, structure)
  return diffFiles(before, after.files()).map(describeChange)
}

/** @throws `fieldInvalid`; it tells no value */
const checkSecret = (name: string, value: string): void => {
  const isGood = isSecretName(name) && value.length <= mostSecretCharacters
  if (isGood) return
  const detail = `'secrets' has none that can be kept as '${name.slice(0, 100)}'`
  throw new AppError('fieldInvalid', { detail })
}

/** Secrets first: what names one that is not there is not deployed. */
const keepSecrets = async (
  { appSecrets }: Pick<Deps, 'appSecrets'>,
  app: App,
  structure: AppStructureBody,
): Promise<void> => {
  const secrets = Object.entries(secretsIn(structure))
  for (const [name, value] of secrets) checkSecret(name, value)
  for (const [name, value] of secrets) await appSecrets.write(app.id, name, value)
}

/** A template says of no app which one it is. */
const asTemplate = ({ id, clientAppId }: App, files: AppFiles): AppFiles => {
  const template = openDefinition({ appId: id, clientAppId, files })
  changeRoot(template, { app_id: undefined })
  return template.files()
}

const sendZip = async (
  reply: FastifyReply,
  { name, deployedAt }: App,
  { files, now }: { readonly files: AppFiles; readonly now: number },
): Promise<Buffer> => {
  reply.header('content-type', zipType)
  reply.header('content-disposition', `attachment; filename="${zipName(name, now)}"`)
  return Buffer.from(await toZip(files, deployedAt))
}

/** Whole apps, in and out, as the original's command lines asked for them. */
export const transferRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.exportApp(':projectId', ':appId'),
    operation: 'exportApp',
    summary: "The app's directory as a ZIP archive, file by file as it was deployed.",
    tag,
    access: 'read',
    query: exportQuery,
    answer: { status: 200, contentType: zipType },
    handle: async ({ deps, app, query, reply }) => {
      const files = await pullFiles(deps, app, { deploymentId: query.deployment || undefined })
      const exported = query.template === 'true' ? asTemplate(app, files) : files
      return sendZip(reply, app, { files: exported, now: deps.now() })
    },
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.importApp(':projectId', ':appId'),
    operation: 'importApp',
    summary: 'Makes the app what the structure says, or says what that would change.',
    tag,
    access: 'write',
    query: importQuery,
    body: appStructureBody,
    bodyLimit,
    answer: { status: 204 },
    handle: async ({ deps, app, operator, query, body, reply }) => {
      if (query.diff === 'true') {
        const definition = await readDefinition(deps, app, operator)
        return reply.code(200).send(diffsWire.parse(diffStructure(app, definition, body)))
      }
      await keepSecrets(deps, app, body)
      return changeApp(deps, app, operator, definition => applyStructure(definition, body))
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.pullApp(':projectId', ':appId'),
    operation: 'pullApp',
    summary: 'The whole app in one object, or as a ZIP archive for who accepts that.',
    tag,
    access: 'read',
    answer: { status: 200, shape: appConfigWire },
    handle: async ({ deps, app, operator, request, reply }) => {
      if (request.headers.accept?.includes(zipType)) {
        return sendZip(reply, app, { files: await pullFiles(deps, app), now: deps.now() })
      }
      return toAppConfig(await readDefinition(deps, app, operator))
    },
  }),
  appRoute({
    method: 'PATCH',
    path: adminPaths.pushApp(':projectId', ':appId'),
    operation: 'pushApp',
    summary: 'Makes the app what the object says; secrets that it names must be there.',
    tag,
    access: 'write',
    body: appConfigWire,
    bodyLimit,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body }) =>
      changeApp(deps, app, operator, definition => applyStructure(definition, fromAppConfig(body))),
  }),
]
