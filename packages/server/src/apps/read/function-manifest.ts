import { z } from 'zod'
import type { AppFunction } from '../../domain/function.ts'
import { checkExpression } from '../data-sources/expression-check.ts'
import { anObject, check, complain, flag, inside, type Place, text } from './check.ts'
import type { Reading } from './reading.ts'

export const functionName: RegExp = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/

const schema = z.looseObject(
  {
    name: text.regex(functionName, {
      error: 'must be letters, digits, _ and -, with / between folders, without .js',
    }),
    private: flag.nullish(),
    can_evaluate: z
      .union([z.boolean(), z.record(z.string(), z.unknown())], {
        error: 'must be a rule expression: true, false or an object',
      })
      .nullish(),
    disable_arg_logs: flag.nullish(),
    run_as_system: flag.nullish(),
    run_as_user_id: text.nullish(),
    run_as_user_id_script_source: text.nullish(),
  },
  anObject,
)

export type Manifest = z.infer<typeof schema>

export type PlacedManifest = { readonly manifest: Manifest; readonly place: Place }

/** The manifests of a `functions/config.json`. */
export const readManifestList = async (
  reading: Reading,
  file: string,
): Promise<PlacedManifest[]> => {
  const place = { file, report: reading.report }
  const content = await reading.files.readJson(file)
  if (content === undefined) return []
  const list = check(z.array(z.unknown(), { error: 'must be a list' }), content, place) ?? []
  return list.flatMap((value, index) => {
    const manifest = checkManifest(reading, value, inside(place, index))
    return manifest ? [{ manifest, place: inside(place, index) }] : []
  })
}

/** The manifest of one function in a folder of its own. */
export const readManifest = async (
  reading: Reading,
  place: Place,
): Promise<Manifest | undefined> => {
  const content = await reading.files.readJson(place.file)
  if (content !== undefined) return checkManifest(reading, content, place)
  complain(place, 'is missing beside source.js')
  return undefined
}

const checkManifest = (
  { expand, needs }: Reading,
  value: unknown,
  place: Place,
): Manifest | undefined => {
  const manifest = check(schema, expand(value, place), place)
  if (manifest?.can_evaluate != null) {
    const at = inside(place, 'can_evaluate')
    checkExpression(manifest.can_evaluate, at, { needs, aboutDocuments: true })
  }
  const { run_as_user_id, run_as_user_id_script_source, run_as_system } = manifest ?? {}
  if (run_as_user_id && run_as_user_id_script_source && !run_as_system) {
    complain(
      inside(place, 'run_as_user_id'),
      'and run_as_user_id_script_source exclude each other; keep one',
    )
  }
  return manifest
}

/** `run_as_system` wins over a user to run as. */
export const toFunction = (manifest: Manifest, source: string): AppFunction => {
  const { run_as_system, run_as_user_id, run_as_user_id_script_source } = manifest
  return {
    name: manifest.name,
    source,
    private: manifest.private ?? false,
    canEvaluate: manifest.can_evaluate ?? {},
    disableArgLogs: manifest.disable_arg_logs ?? false,
    runAsSystem: run_as_system ?? false,
    ...(run_as_user_id && !run_as_system && { runAsUserId: run_as_user_id }),
    ...(run_as_user_id_script_source &&
      !run_as_system && { runAsUserIdScriptSource: run_as_user_id_script_source }),
  }
}
