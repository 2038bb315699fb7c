import { arithmetic } from './arithmetic.ts'
import { arrays } from './arrays.ts'
import { comparison, logic } from './comparison.ts'
import { conditional } from './conditional.ts'
import { conversion } from './conversion.ts'
import { dateParts } from './dates/parts.ts'
import { dateTexts } from './dates/text.ts'
import { dateUnits } from './dates/units.ts'
import { iteration } from './iteration.ts'
import { math } from './math.ts'
import { objects } from './objects.ts'
import { regexes } from './regex.ts'
import type { Operator } from './scope.ts'
import { sets } from './sets.ts'
import { sizes } from './sizes.ts'
import { strings } from './strings.ts'
import { summaries } from './summaries.ts'

const families = [
  arithmetic,
  arrays,
  comparison,
  conditional,
  conversion,
  dateParts,
  dateTexts,
  dateUnits,
  iteration,
  logic,
  math,
  sizes,
  summaries,
  objects,
  regexes,
  sets,
  strings,
]

/** Every expression operator, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  families.flatMap(family => Object.entries(family)),
)
