import { setImmediate } from 'node:timers'

/**
 * Waits for the other side of a thread without sleeping: to be woken costs both sides more than a short call. The
 * event loop goes on turning for a moment, and does whatever else there is to do meanwhile.
 */
export type Vigil = {
  /** Begins to look for news; does nothing for a while after it was in vain. */
  begin(): void
}

export type VigilParts = {
  /** Looks for news. False when there are none. */
  look(): boolean
  /** False when there is nothing to wait for. */
  isExpecting(): boolean
  /** Told whether others may leave news without a word. */
  tell?(isOn: boolean): void
}

/** Turns of the event loop without news: some 100 microseconds when there is nothing else to do. */
const mostTurns = 64
/** So many occasions are left out at most after it was in vain again and again, as when both sides share a core. */
const mostMissed = 63

export const openVigil = ({ look, isExpecting, tell }: VigilParts): Vigil => {
  let isOn = false
  let wasWorthIt = false
  let turns = 0
  /** Occasions to leave out after the next one that is in vain, and those that are left out now. */
  let missed = 0
  let toMiss = 0

  const end = (): void => {
    isOn = false
    missed = wasWorthIt ? missed >> 1 : Math.min(mostMissed, missed * 2 + 1)
    toMiss = missed
    tell?.(false)
    // What came before that was heard.
    look()
  }
  const turn = (): void => {
    turns += 1
    if (look()) {
      wasWorthIt = true
      turns = 0
    }
    if (turns < mostTurns && isExpecting()) setImmediate(turn)
    else end()
  }
  return {
    begin: () => {
      if (isOn) return
      if (toMiss > 0) {
        toMiss -= 1
        return
      }
      isOn = true
      wasWorthIt = false
      turns = 0
      tell?.(true)
      setImmediate(turn)
    },
  }
}
