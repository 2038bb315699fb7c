import type { AdminKeys, AdminSigningKey } from '@regent/sdk/admin'
import { toTime, writeTable } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'

const stateOf = (
  keys: readonly AdminSigningKey[],
  { number, signsFrom }: AdminSigningKey,
  now: number,
): string => {
  if (signsFrom.getTime() > now) return `signs from ${toTime(signsFrom)}`
  const signing = keys.find(key => key.signsFrom.getTime() <= now)
  return signing?.number === number ? 'signs' : 'checks what it signed'
}

/** Which keys there are, and what each is for now. */
export const writeKeys = (terminal: Terminal, keys: AdminKeys): void => {
  const now = Date.now()
  const rows = keys.apps.flatMap(({ clientAppId, ...ofUse }) =>
    (['access', 'refresh'] as const).flatMap(use =>
      ofUse[use].map(key => [clientAppId, use, String(key.number), stateOf(ofUse[use], key, now)]),
    ),
  )
  const [newest] = keys.dataKeys
  const sealing = keys.dataKeys.find(({ sealsFrom }) => sealsFrom.getTime() <= now) ?? newest
  const sealed = keys.dataKeys.map(({ number, sealsFrom }) => {
    if (number === sealing?.number) return ['', 'data', String(number), 'seals']
    const state =
      number > (sealing?.number ?? 0) ? `seals from ${toTime(sealsFrom)}` : 'opens what it sealed'
    return ['', 'data', String(number), state]
  })
  writeTable(terminal, ['app', 'key', 'number', 'state'], [...rows, ...sealed])
  if (!keys.isResealed) terminal.write('\nNot everything is sealed with the newest key yet.\n')
  if (keys.masterKeys > 1) {
    terminal.write(
      '\nTwo master keys open the store. Copy master.key to the data folder of every server (or set REGENT_MASTER_KEY there), then run `regent keys rotate --finish`.\n',
    )
  }
}
