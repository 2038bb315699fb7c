import type { Run } from '../command.ts'
import { setStage } from '../demo/stage.ts'
import { playStep } from '../demo/step.ts'
import { steps } from '../demo/steps.ts'
import { findServer } from '../running-server.ts'

export const run: Run = async (input, terminal) => {
  const { write, paint } = terminal
  const server = await findServer(input, terminal)
  const stage = await setStage(server, input)
  const startedAt = performance.now()

  const where = paint('dim', `on ${server.url}, app ${stage.adminApp.clientAppId}`)
  write(`\n  ${paint('bold', 'A few users and their lives')}  ${where}\n\n`)
  try {
    for (const step of steps) await playStep(step, stage, terminal)
  } finally {
    await stage.clear()
  }

  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const rest = paint('dim', 'The server has forgotten these users again.')
  write(`\n  ${paint('green', `All of it worked, in ${seconds} s.`)} ${rest}\n\n`)
}
