/** How long one step of a large write may hold the writer: what MongoDB's own writes hold before they yield. */
export type Budget = {
  start(): void
  /** Counts one document written. Answers `true` when the step is over. */
  spend(): boolean
  /** Answers `true` when the step's time is over. */
  isOver(): boolean
}

const maxStepMs = 5
const maxStepDocuments = 100

export const openBudget = (): Budget => {
  let startedAt = 0
  let documents = 0

  const isOver = (): boolean => performance.now() - startedAt >= maxStepMs

  return {
    start: () => {
      startedAt = performance.now()
      documents = 0
    },
    spend: () => {
      documents += 1
      return documents >= maxStepDocuments || isOver()
    },
    isOver,
  }
}
