import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The machine's own Chromium, or the one of `CHROMIUM`; `undefined` when there is none. */
export const findChromium = (): string | undefined => {
  const { CHROMIUM, PATH = '' } = process.env
  const places = PATH.split(delimiter).flatMap(folder => names.map(name => join(folder, name)))
  return [...(CHROMIUM ? [CHROMIUM] : []), ...places].find(existsSync)
}

/** Headless; without its own sandbox, which needs rights that a container seldom has. */
export const openChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox'] })
