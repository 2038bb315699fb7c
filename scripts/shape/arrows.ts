import { builtinModules } from 'node:module'
import type { Finding, Project, Rule } from './project.ts'
import type { Import, Source } from './source.ts'

/** Which of our packages a package's `src` may import; with `from`, more than types only from those files. */
const allowed: Readonly<Record<string, readonly { name: string; from?: RegExp }[]>> = {
  protocol: [],
  sdk: [{ name: '@regent/protocol' }],
  server: [{ name: '@regent/protocol' }],
  'dev-openid': [],
  cli: [
    { name: '@regent/protocol' },
    { name: '@regent/sdk' },
    {
      name: '@regent/server',
      from: /\/(commands\/(serve|dev|doctor|push|pull|backup|restore|migrate\/check)|start|settings-help)\.ts$/,
    },
    { name: '@regent/dev-openid', from: /\/(commands\/demo|demo\/[\w-]+)\.ts$/ },
  ],
}

/** Heavy packages that are loaded when they are first needed. */
const late = ['mongodb', 'nodemailer', 'mingo']

const builtins = new Set(builtinModules)

/** Packages import each other one way, nothing that they do not declare, and all that they declare. */
export const arrowRule: Rule = project => [
  ...project.sources.flatMap(source => checkSource(project, source)),
  ...Object.keys(allowed).flatMap(folder => checkUnused(project, folder)),
]

function checkUnused(project: Project, folder: string): Finding[] {
  const path = `packages/${folder}/package.json`
  const used = project.sources
    .filter(source => source.path.startsWith(`packages/${folder}/src/`))
    .flatMap(source => source.imports.map(item => packageName(item.specifier)))
  return [...declaredBy(project, folder)]
    .filter(name => !used.includes(name))
    .map(name => ({ path, message: `declares ${name}, which nothing imports` }))
}

function checkSource(project: Project, source: Source): Finding[] {
  const folder = /^packages\/([^/]+)\/src\//.exec(source.path)?.[1]
  if (folder === undefined) return source.imports.flatMap(item => escapes(source, item))
  const declared = declaredBy(project, folder)
  return source.imports.flatMap(item => [
    ...escapes(source, item),
    ...leaves(source, folder, item),
    ...(isBare(item) ? checkPackage({ source, folder, item, declared }) : []),
  ])
}

function isBare({ specifier }: Import): boolean {
  return !specifier.startsWith('.') && !specifier.startsWith('node:')
}

function escapes({ path }: Source, { specifier, target, line }: Import): Finding[] {
  if (!target.startsWith('../')) return []
  return [{ path, line, message: `imports ${specifier}, outside the repository` }]
}

function leaves({ path }: Source, folder: string, { specifier, target, line }: Import): Finding[] {
  if (!specifier.startsWith('.') || target.startsWith(`packages/${folder}/`)) return []
  return [{ path, line, message: `imports ${specifier} of another package: use its name` }]
}

type Step = { source: Source; folder: string; item: Import; declared: ReadonlySet<string> }

function checkPackage({ source, folder, item, declared }: Step): Finding[] {
  const { path } = source
  const { specifier, line } = item
  const name = packageName(specifier)
  if (builtins.has(name)) return [{ path, line, message: `write node:${specifier}` }]
  if (name.startsWith('@regent/')) {
    const arrow = allowed[folder]?.find(one => one.name === name)
    if (arrow === undefined || (!item.isType && arrow.from?.test(path) === false)) {
      return [{ path, line, message: `${folder} may not import ${name} here` }]
    }
  }
  if (!declared.has(name) && !(item.isType && declared.has(`@types/${name}`))) {
    return [{ path, line, message: `${name} is not a dependency of packages/${folder}` }]
  }
  if (late.includes(name) && !item.isType && !item.isDynamic) {
    return [{ path, line, message: `${name} is loaded at first use: await import('${specifier}')` }]
  }
  return []
}

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

function declaredBy({ files }: Project, folder: string): ReadonlySet<string> {
  const manifest: unknown = JSON.parse(files.get(`packages/${folder}/package.json`) ?? '{}')
  const names = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap(kind => {
    const part = (manifest as Record<string, object | undefined>)[kind]
    return Object.keys(part ?? {})
  })
  return new Set(names)
}
