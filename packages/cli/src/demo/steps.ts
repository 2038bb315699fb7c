import { crowd, farewell } from './crowd.ts'
import { data } from './data.ts'
import { life } from './life.ts'
import type { Step } from './step.ts'

/** The demo, in order. */
export const steps: readonly Step[] = [...life, ...crowd, ...data, ...farewell]
