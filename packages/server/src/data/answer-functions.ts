import type { ServiceHandler } from '../functions/services/services.ts'
import { system } from './actor.ts'
import type { Data } from './data.ts'

/** Answers the operations that functions ask of data sources, as the user or as the system. */
export const answerDataSource =
  (data: Pick<Data, 'run'>): ServiceHandler =>
  ({ app, service, action, args, user }) =>
    data.run(
      app,
      { service, action, args, dialect: 'function' },
      user === undefined ? system : { kind: 'user', user },
    )
