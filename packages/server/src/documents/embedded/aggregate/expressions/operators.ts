import { arithmetic } from './arithmetic.ts'
import { arrays } from './arrays.ts'
import { comparison, logic } from './comparison.ts'
import { conditional } from './conditional.ts'
import { conversion } from './conversion.ts'
import { dates } from './dates/dates.ts'
import { dateParts } from './dates/parts.ts'
import { iteration } from './iteration.ts'
import { math } from './math.ts'
import { misc } from './misc.ts'
import { objects } from './objects.ts'
import { regexes } from './regex.ts'
import type { Operator } from './scope.ts'
import { sets } from './sets.ts'
import { strings } from './strings.ts'

const families = [
  arithmetic,
  arrays,
  comparison,
  conditional,
  conversion,
  dateParts,
  dates,
  iteration,
  logic,
  math,
  misc,
  objects,
  regexes,
  sets,
  strings,
]

/** Every expression operator, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  families.flatMap(family => Object.entries(family)),
)
