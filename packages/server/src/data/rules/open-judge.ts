import type { Document } from 'bson'
import { compileProjection } from '../../documents/embedded/query/project.ts'
import { AppError } from '../../errors.ts'
import type { Namespace } from '../namespace.ts'
import { systemJudge } from '../system-judge.ts'
import { type Ask, askAtOnce, askWithFunctions } from './ask.ts'
import type { Asking, JudgeParts } from './asker.ts'
import type { Judge, OpenJudge } from './judge.ts'
import { narrowingOf } from './narrowing.ts'
import { isFieldAlwaysVisible, readsOfRoles, writesOfRoles } from './outline.ts'
import { chooseRole, seeThrough } from './reading.ts'
import { openRulePlans, type RulePlan } from './rule-plan.ts'
import { nameOf, ruleNotFound, type SettledRules, settleRules } from './settled-rules.ts'
import { objectionTo, type Write } from './writing.ts'

/** Makes a judgement at once where no function has to be asked about the document. */
const openAsking = ({ roles, callFunction }: SettledRules) => {
  const asksFunctions = roles.some(role => role.asksFunctions)
  return {
    asksFunctions,
    ask: async <Judgement>(judge: (ask: Ask) => Judgement): Promise<Judgement> =>
      asksFunctions ? askWithFunctions(judge, callFunction) : judge(askAtOnce),
  }
}

type Seeing = (document: Document, ask: Ask) => Document | undefined

const openSeeing = ({ roles, scope, filters }: SettledRules, isSearch: boolean): Seeing => {
  const project = filters.projection && compileProjection(filters.projection)
  return (document, ask) => {
    const seen = seeThrough(roles, document, { ask, scope, isSearch })
    if (seen === undefined || project === undefined) return seen
    const projected = project(seen)
    return Object.keys(projected).length === 0 ? undefined : projected
  }
}

const refused = (action: string): AppError => new AppError('writeRefused', { action })

/** Whether the roles allow a write, and the schema what it leaves. */
const openChecks = (rules: SettledRules) => {
  const { roles, scope, plan, namespace } = rules
  const { ask } = openAsking(rules)

  const checkRole = async (write: Write): Promise<void> => {
    const isAllowed = await ask(asking => {
      const chosenBy = (write.before ?? write.after) as Document
      const role = chooseRole(roles, chosenBy, { ask: asking, scope })
      return role !== undefined && !objectionTo(role, write, { ask: asking, scope })
    })
    if (!isAllowed) throw refused(write.action)
  }

  const checkSchema = (document: Document): void => {
    const detail = plan.checkSchema?.(document)
    if (detail === undefined) return
    throw new AppError('schemaRefused', { namespace: nameOf(namespace), detail })
  }

  const checkInsert: Judge['checkInsert'] = async (document, by = 'insert') => {
    await checkRole({ action: 'insert', before: undefined, after: document })
    if (by === 'upsert' && plan.checkSchema?.(document) !== undefined) throw refused('insert')
    checkSchema(document)
  }

  return {
    checkInsert,
    checkUpdate: async (before, after) => {
      await checkRole({ action: 'update', before, after })
      checkSchema(after)
    },
    checkDelete: document => checkRole({ action: 'delete', before: document, after: undefined }),
  } satisfies Partial<Judge>
}

const toJudge = (rules: SettledRules, isSearch: boolean): Judge => {
  const { roles, filters, scope, plan } = rules
  const { asksFunctions, ask } = openAsking(rules)
  const seeing = openSeeing(rules, isSearch)
  const reads = readsOfRoles(roles, isSearch)
  const writes = writesOfRoles(roles)
  return {
    query: filters.query,
    projection: filters.projection,
    reads: reads === 'all' && filters.projection !== undefined ? 'each' : reads,
    writes: writes === 'all' && plan.checkSchema !== undefined ? 'each' : writes,
    get narrowing() {
      return reads === 'each' ? narrowingOf(roles, scope) : undefined
    },
    isAlwaysVisible: field => isFieldAlwaysVisible(roles, filters.projection, field),
    see: document => ask(asking => seeing(document, asking)),
    seeAtOnce: asksFunctions ? undefined : document => seeing(document, askAtOnce),
    ...openChecks(rules),
  }
}

/** The rules of all apps. */
export type Rules = {
  /**
   * Says what a user may do with the documents of a collection. What does not depend on who asks is prepared once per
   * deployment; where everybody may do everything nothing is prepared at all.
   */
  readonly judge: OpenJudge
  /** The rules as they stand for a user, for those who explain them. @throws `ruleNotFound`, `databaseError` */
  settle(namespace: Namespace, asking: Asking): Promise<SettledRules>
}

export const openRules = (parts: JudgeParts): Rules => {
  const findPlan = openRulePlans()

  const planOf = (namespace: Namespace): RulePlan => {
    const { source, database, collection } = namespace
    const plan = findPlan(source, database, collection)
    if (plan === undefined) throw ruleNotFound(namespace)
    return plan
  }

  return {
    judge: async (namespace, actor, purpose = 'usual') => {
      if (actor.kind === 'system') return systemJudge
      const plan = planOf(namespace)
      if (plan.isOpen && purpose === 'usual') return systemJudge
      const rules = await settleRules(parts, namespace, { plan, asking: actor })
      return toJudge(rules, purpose === 'search')
    },
    settle: async (namespace, asking) =>
      settleRules(parts, namespace, { plan: planOf(namespace), asking }),
  }
}
