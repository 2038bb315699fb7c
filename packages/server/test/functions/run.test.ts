import { startTestServer } from '@regent/server/testing'
import { expect, it } from 'vitest'

it('a function of the app answers with what it returns', async () => {
  await using server = await startTestServer({
    app: {
      functions: {
        sum: 'exports = async function (...numbers) { return numbers.reduce((a, b) => a + b, 0) }',
      },
    },
  })

  expect(
    await server.deps.functions.run(server.app, { name: 'sum', args: [1, 2, 3], caller: undefined }),
  ).toBe(6)
})
