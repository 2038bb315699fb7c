import { setImmediate } from 'node:timers/promises'
import type { App } from '../domain/app.ts'
import type { AppFunction } from '../domain/function.ts'
import { InstallError, type Installs } from './packages/install.ts'
import { compileSource } from './worker/compile.ts'

/** Why a function, or the packages of all, cannot be used. */
export type SourceProblem = {
  /** The function's name; `package.json` for the packages. */
  readonly name: string
  /** From 1. */
  readonly line?: number
  readonly column?: number
  readonly message: string
  /** True when not the function's own source is meant, but the script that says whom it runs as. */
  readonly isOfScript?: boolean
}

/** Where V8 says that the source is no JavaScript: file and line first, then the line and a mark below the place. */
const toPlace = (stack: string, file: string): Pick<SourceProblem, 'line' | 'column'> => {
  const [head = '', _text, marks = ''] = stack.split('\n')
  const line = head.startsWith(`${file}:`) ? Number(head.slice(file.length + 1)) : Number.NaN
  if (!Number.isInteger(line)) return {}
  const column = marks.indexOf('^')
  return column < 0 ? { line } : { line, column: column + 1 }
}

/** What V8 misses below the last line is something of ours. */
const toProblem = (name: string, source: string, error: SyntaxError): SourceProblem => {
  const lines = source.trimEnd().split('\n').length
  const place = toPlace(error.stack ?? '', `functions/${name}.js`)
  return (place.line ?? 0) > source.split('\n').length
    ? { name, line: lines, message: 'ends where something that was opened is not closed' }
    : { name, ...place, message: error.message }
}

const checkText = (name: string, source: string): SourceProblem[] => {
  const file = `functions/${name}.js`
  try {
    compileSource(source, file)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return [toProblem(name, source, error)]
  }
  return /\bexports\b/.test(source) ? [] : [{ name, message: 'assigns nothing to exports' }]
}

/** Compiles the source of a function without running it. Gives what is wrong with it. */
export const checkSource = ({
  name,
  source,
  runAsUserIdScriptSource,
}: Pick<AppFunction, 'name' | 'source' | 'runAsUserIdScriptSource'>): SourceProblem[] => [
  ...checkText(name, source),
  ...(runAsUserIdScriptSource ? checkText(name, runAsUserIdScriptSource) : []).map(problem => ({
    ...problem,
    isOfScript: true,
  })),
]

export type PrepareOptions = {
  /** True when each source was compiled already, by whoever read it. Default false. */
  readonly areChecked?: boolean
}

/** Installs the packages and compiles each function, without running any. */
export const prepareFunctions = async (
  app: App,
  installs: Installs,
  { areChecked = false }: PrepareOptions = {},
): Promise<SourceProblem[]> => {
  const problems: SourceProblem[] = []
  for (const one of areChecked ? [] : app.functions) {
    problems.push(...checkSource(one))
    await setImmediate()
  }
  if (problems.length > 0) return problems
  try {
    await installs.ensure(app)
  } catch (error) {
    if (!(error instanceof InstallError)) throw error
    problems.push({ name: 'package.json', message: error.message })
  }
  return problems
}
