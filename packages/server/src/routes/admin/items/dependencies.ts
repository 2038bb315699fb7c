import {
  adminPaths,
  dependenciesDiffWire,
  dependenciesStatusWire,
  dependenciesWire,
} from '@regent/protocol'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import {
  diffDependencies,
  listDependencies,
  readManifestText,
  replaceDependencies,
} from '../../../apps/items/dependencies.ts'
import { AppError } from '../../../errors.ts'
import { readUpload } from '../../../http/read-upload.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { deployed } from './crud.ts'

const tag = 'dependencies'
const all = adminPaths.dependencies(':projectId', ':appId')
const takes = 'multipart/form-data'
const mostBytes = 1_048_576

/** Packages that functions may `require`: their names and versions come in, the server installs them. */
export const dependencyRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listDependencies',
    summary: 'Packages that functions may `require`.',
    tag,
    access: 'read',
    answer: { status: 200, shape: dependenciesWire },
    handle: async ({ deps, app, operator }) => {
      const definition = await readDefinition(deps, app, operator)
      return deployed({ dependencies_list: listDependencies(definition) }, app)
    },
  }),
  appRoute({
    method: 'PUT',
    path: all,
    operation: 'replaceDependencies',
    summary: 'Takes a `package.json` as the part `file`, and installs what it names.',
    tag,
    access: 'write',
    takes,
    answer: { status: 204 },
    handle: async ({ deps, app, operator, request }) => {
      const text = await readUpload(request, mostBytes)
      return changeApp(deps, app, operator, definition => replaceDependencies(definition, text))
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.dependenciesStatus(':projectId', ':appId'),
    operation: 'getDependenciesStatus',
    summary: 'How installing went: what cannot be installed is not deployed.',
    tag,
    access: 'read',
    answer: { status: 200, shape: dependenciesStatusWire },
    handle: async () => ({ status: 'successful', status_message: '' }),
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.dependenciesDiff(':projectId', ':appId'),
    operation: 'diffDependencies',
    summary: 'What another `package.json` would change; nothing is changed.',
    tag,
    access: 'write',
    takes,
    answer: { status: 200, shape: dependenciesDiffWire },
    handle: async ({ deps, app, operator, request }) => {
      const text = await readUpload(request, mostBytes)
      return diffDependencies(await readDefinition(deps, app, operator), text)
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.dependenciesExport(':projectId', ':appId'),
    operation: 'exportDependencies',
    summary: 'The `package.json` as it was deployed.',
    tag,
    access: 'read',
    answer: { status: 200, contentType: 'application/json' },
    handle: async ({ deps, app, operator, reply }) => {
      const text = readManifestText(await readDefinition(deps, app, operator))
      reply.header('content-disposition', 'attachment; filename="package.json"')
      return reply.header('content-type', 'application/json').send(Buffer.from(text))
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.dependenciesArchive(':projectId', ':appId'),
    operation: 'exportDependenciesArchive',
    summary: 'Refused: packages are installed from their names, and not given out.',
    tag,
    access: 'read',
    answer: { status: 200, contentType: 'application/zip' },
    handle: async () => {
      throw new AppError('dependenciesNotArchived')
    },
  }),
]
