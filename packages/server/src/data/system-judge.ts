import type { Judge } from './rules/judge.ts'

/** Rules do not bind the system. */
export const systemJudge: Judge = {
  query: undefined,
  projection: undefined,
  reads: 'all',
  writes: 'all',
  narrowing: undefined,
  isAlwaysVisible: () => true,
  see: async document => document,
  seeAtOnce: document => document,
  checkInsert: async () => undefined,
  checkUpdate: async () => undefined,
  checkDelete: async () => undefined,
}
