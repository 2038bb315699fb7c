import { z } from 'zod'
import { itemId, modified } from './item.ts'

/** Names of the environments on the wire; `none` is the one of an app without an environment. */
export const environmentNames = ['none', 'development', 'testing', 'qa', 'production'] as const

export type EnvironmentName = (typeof environmentNames)[number]

/** Which environment's values count; `""` and `no-environment` are none. */
export const environmentBody = z.object({
  environment: z.enum(['', 'no-environment', 'development', 'testing', 'qa', 'production']),
})

const anything = z.unknown().optional()

const environmentValues = z.object({
  none: anything,
  development: anything,
  testing: anything,
  qa: anything,
  production: anything,
})

/** A value per environment; in those that are left out it is undefined. */
export const environmentValueBody = z.object({ name: z.string(), values: environmentValues })

export const listedEnvironmentValueWire = z.object({
  _id: itemId,
  name: z.string(),
  last_modified: modified,
})

export const environmentValueWire = listedEnvironmentValueWire.extend({ values: environmentValues })

export type EnvironmentValueBody = Readonly<z.infer<typeof environmentValueBody>>
export type ListedEnvironmentValueWire = Readonly<z.infer<typeof listedEnvironmentValueWire>>
export type EnvironmentValueWire = Readonly<z.infer<typeof environmentValueWire>>
