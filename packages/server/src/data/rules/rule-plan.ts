import { isObject } from '../../documents/embedded/values/types.ts'
import type { CollectionRules, DataSource, RuleSet } from '../../domain/data-source.ts'
import { isTooDeep } from '../expressions/dependence.ts'
import { prepareSchema, type SchemaCheck } from './schema.ts'

/** What the rules of a collection say, without anybody who asks. */
export type RulePlan = {
  readonly rules: RuleSet
  /** True where the default rule of the data source counts. */
  readonly isDefault: boolean
  readonly checkSchema: SchemaCheck | undefined
  readonly readsCustomData: boolean
  /** Names of values of the app. */
  readonly values: ReadonlySet<string>
  /** True when everybody who is no system may do everything: nothing has to be asked. */
  readonly isOpen: boolean
}

const eachText = (value: unknown, visit: (text: string) => void): void => {
  if (typeof value === 'string') visit(value)
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    visit(key)
    eachText(inner, visit)
  }
}

const isAlways = (expression: unknown): boolean =>
  expression === true || (isObject(expression) && Object.keys(expression).length === 0)

const isOpen = ({ roles, filters }: RuleSet): boolean => {
  const [role] = roles
  if (role === undefined || filters.length > 0 || !isAlways(role.applyWhen)) return false
  const { read, write, insert = true, delete: remove = true, documentFilters: gate } = role
  const gates = [gate?.read ?? true, gate?.write ?? true]
  return [read, write, insert, remove, ...gates].every(isAlways)
}

/** Rules that nest deeper than anybody writes allow nothing. */
const closed: RuleSet = { roles: [], filters: [] }

const makePlan = (
  given: RuleSet,
  { schema }: Pick<CollectionRules, 'schema'>,
  isDefault: boolean,
): RulePlan => {
  const rules = isTooDeep(given) ? closed : given
  const values = new Set<string>()
  let readsCustomData = false
  eachText(rules, text => {
    const value = /^%%values\.([\w-]+)/.exec(text)?.[1]
    if (value !== undefined) values.add(value)
    if (/^%%user(?:\.custom_data|%%$|$)/.test(text)) readsCustomData = true
  })
  return {
    rules,
    isDefault,
    checkSchema: schema && prepareSchema(schema),
    readsCustomData,
    values,
    isOpen: isOpen(rules) && schema === undefined,
  }
}

/**
 * Plans of data sources as deployed, each made once. Rules are those of the collection, else the default rule.
 */
export const openRulePlans = (): ((
  source: DataSource,
  database: string,
  collection: string,
) => RulePlan | undefined) => {
  const plans = new WeakMap<object, RulePlan>()

  return ({ rules, defaultRule }, database, collection) => {
    const own = rules.find(one => one.database === database && one.collection === collection)
    const used = own ?? defaultRule
    if (used === undefined) return undefined
    let plan = plans.get(used)
    if (plan === undefined) {
      plan = makePlan(used, own ?? {}, used === defaultRule)
      plans.set(used, plan)
    }
    return plan
  }
}
