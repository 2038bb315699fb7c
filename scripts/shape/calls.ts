import type { Finding, Rule } from './project.ts'
import type { Source } from './source.ts'

/** `except`: files, and folders that end in a slash. */
type Ban = { readonly what: string; readonly instead: string; readonly except: readonly string[] }

const server = 'packages/server/src/'

/** The parts where time and chance come in from outside. */
const origins = [
  `${server}server.ts`,
  `${server}offline-operators.ts`,
  `${server}security/random.ts`,
  `${server}documents/embedded/clock.ts`,
  'packages/sdk/src/clock.ts',
  'packages/sdk/src/random.ts',
]
const given = 'take it from Deps'

const bans: readonly Ban[] = [
  { what: 'process.env', instead: 'read settings in config.ts', except: [`${server}config.ts`] },
  { what: 'Date.now', instead: given, except: origins },
  { what: 'new Date()', instead: given, except: origins },
  { what: 'Math.random', instead: given, except: origins },
  { what: 'randomUUID', instead: given, except: origins },
  {
    what: 'randomBytes',
    instead: 'ask security/',
    except: [`${server}security/`, 'packages/sdk/'],
  },
  { what: 'console', instead: 'write to the log', except: [] },
]

/** Settings, time, chance and output come in by one door each. */
export const callRule: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => /^packages\/(protocol|server|sdk)\/src\//.test(path))
    .flatMap(checkFile)

function checkFile(source: Source): Finding[] {
  const findings: Finding[] = []
  const refuse = (what: string, offset: number): void => {
    const ban = bans.find(one => one.what === what)
    if (ban === undefined || ban.except.some(door => source.path.startsWith(door))) return
    const message = `uses ${what}: ${ban.instead}`
    findings.push({ path: source.path, line: source.lineAt(offset), message })
  }
  source.visit({
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier') return
      if (object.name === 'console') refuse('console', start)
      if (property.type === 'Identifier') refuse(`${object.name}.${property.name}`, start)
    },
    NewExpression({ callee, arguments: given, start }) {
      const isDate = callee.type === 'Identifier' && callee.name === 'Date'
      if (isDate && given.length === 0) refuse('new Date()', start)
    },
    Identifier({ name, start }) {
      if (name !== 'console') refuse(name, start)
    },
  })
  return findings
}
