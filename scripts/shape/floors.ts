import type { Finding, Rule } from './project.ts'
import type { Import, Source } from './source.ts'

const top = 'packages/server/src/'

/** The server's rooms by floor. A file may import its own floor and those below. */
const floors: readonly (readonly string[])[] = [
  [],
  ['domain/', 'errors.ts', 'config.ts', 'log.ts'],
  ['documents/'],
  ['store/', 'security/', 'mail/', 'functions/', 'activity/'],
  ['data/'],
  ['providers/', 'deps.ts'],
  ['use-cases/', 'apps/', 'triggers/', 'doctor/', 'backup/'],
  ['http/'],
  ['routes/', 'jobs/', 'pages/'],
  ['app.ts', 'open-deps.ts', 'workers/', 'server.ts', 'offline-operators.ts', 'index.ts'],
]

function floorOf(path: string): number | undefined {
  const room = path.slice(top.length)
  const floor = floors.findIndex(rooms =>
    rooms.some(name => (name.endsWith('/') ? room.startsWith(name) : room === name)),
  )
  return floor === -1 ? undefined : floor
}

/** Imports inside the server point downwards only. */
export const floorRule: Rule = ({ sources }) =>
  sources.filter(source => source.path.startsWith(top)).flatMap(checkFile)

function checkFile(source: Source): Finding[] {
  const { path, imports } = source
  const floor = floorOf(path)
  if (floor === undefined) {
    return [
      { path, message: 'stands in no room of the server: scripts/shape/floors.ts lists them' },
    ]
  }
  return imports.flatMap(item => checkImport(path, floor, item))
}

function checkImport(path: string, floor: number, item: Import): Finding[] {
  if (!item.target.startsWith(top)) return []
  const { line } = item
  const name = item.target.slice(top.length)
  const target = floorOf(item.target)
  if (target !== undefined && target > floor) {
    const message = `is on floor ${floor} and may not import ${name}, which is on floor ${target}`
    return [{ path, line, message }]
  }
  if (name === 'deps.ts' && !item.isType) {
    return [{ path, line, message: 'deps.ts has types only: write `import type`' }]
  }
  return []
}
