import { randomLetters } from '../security/random.ts'
import type { Provider } from './provider.ts'

/** Nobody in particular: each log-in is a new user; the clients keep their own apart. */
export const anonymous: Provider = {
  type: 'anon-user',
  canBeLinked: false,
  onePerUser: true,
  refusal: 'tokenRefused',
  accountOf: () => undefined,
  identify: async (_deps, _app, { newUserId }) => ({
    id: `${newUserId}-${randomLetters(24)}`,
    data: {},
    isNew: true,
  }),
}
