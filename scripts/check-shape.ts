import { adminPaths, clientPaths, errors, serverPaths } from '@regent/protocol'
import { root } from './run/root.mjs'
import { arrowRule } from './shape/arrows.ts'
import { callRule } from './shape/calls.ts'
import { cycleRule } from './shape/cycles.ts'
import { floorRule } from './shape/floors.ts'
import { nameRule } from './shape/names.ts'
import { noteRule } from './shape/notes.ts'
import { lockfileRule, outsideRule } from './shape/outside.ts'
import { type Rule, readProject } from './shape/project.ts'
import { sizeRule } from './shape/sizes.ts'
import { pathRule, refusalRule } from './shape/tables.ts'
import { testRule } from './shape/tests.ts'

const rules: readonly Rule[] = [
  floorRule,
  arrowRule,
  cycleRule,
  sizeRule,
  callRule,
  nameRule,
  noteRule,
  testRule,
  refusalRule(errors),
  pathRule({ clientPaths, adminPaths, serverPaths }),
  outsideRule,
  lockfileRule,
]

const project = readProject(root)
const findings = rules.flatMap(rule => rule(project))
for (const { path, line, message } of findings) {
  console.log(`${path}${line === undefined ? '' : `:${line}`} ${message}`)
}
if (findings.length > 0) process.exitCode = 1
