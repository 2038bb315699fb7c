import { providerTypes } from '@regent/protocol'
import { z } from 'zod'
import type { AuthTrigger } from '../../domain/trigger.ts'
import { anObject, check, complain, flag, inside, oneOf, type Place, text } from './check.ts'
import { needFunction, type Reading } from './reading.ts'

const triggerSchema = z.looseObject(
  {
    name: text.min(1, { error: 'must not be empty' }).max(64, {
      error: 'must be at most 64 characters',
    }),
    type: z.enum(['AUTHENTICATION', 'DATABASE', 'SCHEDULED'], {
      error: 'must be AUTHENTICATION, DATABASE or SCHEDULED',
    }),
    disabled: flag.nullish(),
    config: z.unknown().optional(),
    function_name: text.nullish(),
    event_processors: z
      .looseObject(
        {
          FUNCTION: z
            .looseObject(
              { config: z.looseObject({ function_name: text.nullish() }, anObject).nullish() },
              anObject,
            )
            .nullish(),
        },
        anObject,
      )
      .nullish(),
  },
  anObject,
)

const operation = z.enum(['LOGIN', 'CREATE', 'DELETE'], {
  error: 'must be LOGIN, CREATE or DELETE',
})

const operationRule = { error: 'must be LOGIN, CREATE or DELETE, or a list of them' }

const authConfig = z.looseObject(
  {
    operation_type: z
      .union([operation, z.array(operation).min(1, operationRule)], operationRule)
      .transform(given => [...new Set([given].flat())]),
    providers: z
      .array(z.enum(providerTypes, oneOf(providerTypes)), {
        error: 'must be a list of provider types',
      })
      .min(1, { error: 'must name a provider type' }),
  },
  anObject,
)

type Trigger = z.infer<typeof triggerSchema>

/** Reads `triggers/*.json`: those of type `AUTHENTICATION`; others are noted for the warning. */
export const readTriggers = async (reading: Reading): Promise<AuthTrigger[]> => {
  const { files, report } = reading
  const triggers: AuthTrigger[] = []
  const others: string[] = []
  for (const fileName of await files.list('triggers')) {
    if (!fileName.endsWith('.json')) continue
    const place = { file: `triggers/${fileName}`, report }
    const content = await files.readJson(place.file)
    if (content === undefined) continue
    const trigger = check(triggerSchema, content, place)
    if (!trigger) continue
    const other = describeUnserved(trigger)
    if (other !== undefined) {
      if (!trigger.disabled) others.push(other)
      continue
    }
    const read = readAuthTrigger(trigger, place, reading)
    if (read && triggers.some(({ name }) => name === read.name)) {
      complain(inside(place, 'name'), `is "${read.name}", as in another file: names are unique`)
    }
    if (read) triggers.push(read)
  }
  if (others.length > 0) reading.notes.later.push(`triggers/ (${others.join(', ')})`)
  return triggers
}

const describeUnserved = (trigger: Trigger): string | undefined => {
  const { name, type, event_processors } = trigger
  if (type !== 'AUTHENTICATION') return `${name}: ${type}`
  const processors = Object.keys(event_processors ?? {})
  return functionNameOf(trigger) === undefined && processors.includes('AWS_EVENTBRIDGE')
    ? `${name}: AWS EventBridge`
    : undefined
}

/** The place of newer exports, then the older one. */
const functionNameOf = ({ event_processors, function_name }: Trigger): string | undefined =>
  event_processors?.FUNCTION?.config?.function_name || function_name || undefined

/** A disabled trigger is left out: nothing runs it, and what it lacks is no problem. */
const readAuthTrigger = (
  trigger: Trigger,
  place: Place,
  { expand, needs }: Reading,
): AuthTrigger | undefined => {
  const { name, disabled } = trigger
  if (disabled) return undefined
  const at = inside(place, 'config')
  const config = check(authConfig, expand(trigger.config ?? {}, at), at)
  const functionName = functionNameOf(trigger)
  const functionPlace = inside(
    place,
    ...(trigger.function_name && !trigger.event_processors?.FUNCTION?.config?.function_name
      ? ['function_name']
      : ['event_processors', 'FUNCTION', 'config', 'function_name']),
  )
  if (functionName === undefined) {
    complain(functionPlace, 'is missing: it must name the function to run')
    return undefined
  }
  needFunction(needs, functionName, functionPlace)
  return (
    config && {
      name,
      disabled: false,
      operationTypes: config.operation_type,
      providers: config.providers,
      functionName,
    }
  )
}
