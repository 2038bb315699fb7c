import type { Terminal } from '../terminal.ts'

/** Shows how far something is: a bar that moves in a terminal, a line for each tenth elsewhere. */
export type Progress = {
  show(part: number, text: string): void
  end(): void
}

const width = 24

const barOf = (part: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, part)) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}

const percentOf = (part: number): string => `${Math.floor(Math.min(1, part) * 100)} %`.padStart(5)

export const openProgress = ({ complain, isWatched }: Terminal): Progress => {
  let tenth = 0
  let length = 0
  return {
    show: (part, text) => {
      if (isWatched) {
        const line = `${barOf(part)} ${percentOf(part)}  ${text}`
        complain(`\r${line.padEnd(length)}`)
        length = line.length
        return
      }
      if (Math.floor(part * 10) <= tenth) return
      tenth = Math.floor(part * 10)
      complain(`${percentOf(part)}  ${text}\n`)
    },
    end: () => {
      if (length > 0) complain(`\r${' '.repeat(length)}\r`)
    },
  }
}
