const day = 86_400_000

/** Days since the first of January, starting at 1. */
export const dayOfYear = (local: Date): number =>
  Math.floor((local.getTime() - yearStart(local.getUTCFullYear())) / day) + 1

const yearStart = (year: number): number => {
  const date = new Date(0)
  date.setUTCFullYear(year, 0, 1)
  return date.getTime()
}

/** Week of the year from 0 to 53; weeks begin on Sunday, days before the first Sunday are in week 0. */
export const weekOfYear = (local: Date): number =>
  Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7)

/** 1 (Monday) to 7 (Sunday). */
export const isoDayOfWeek = (local: Date): number => local.getUTCDay() || 7

const isoThursday = (local: Date): Date =>
  new Date(local.getTime() + (4 - isoDayOfWeek(local)) * day)

export const isoWeekYear = (local: Date): number => isoThursday(local).getUTCFullYear()

export const isoWeek = (local: Date): number => Math.ceil(dayOfYear(isoThursday(local)) / 7)

export const daysInMonth = (year: number, month: number): number => {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 0)
  return date.getUTCDate()
}

/** Midnight of the Monday of an ISO week. */
export const isoWeekStart = (year: number, week: number): number => {
  const fourth = new Date(yearStart(year) + 3 * day)
  return fourth.getTime() - (isoDayOfWeek(fourth) - 1) * day + (week - 1) * 7 * day
}
