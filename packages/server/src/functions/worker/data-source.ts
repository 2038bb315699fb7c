type Ask = (service: string, action: string, args: readonly unknown[]) => Promise<unknown>

const operations = [
  'findOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'deleteOne',
  'deleteMany',
  'count',
  'distinct',
  'bulkWrite',
] as const

type Operation = (...args: unknown[]) => Promise<unknown>

/**
 * A collection of a data source, as functions see it: each operation is asked of the server. What a cursor is told
 * afterwards follows all arguments that have a place, left out or not.
 */
const collection = (run: (action: string, args: readonly unknown[]) => Promise<unknown>) => {
  const cursor = (action: string, args: readonly unknown[]) => {
    const steps: Record<string, unknown> = {}
    const list = async (): Promise<unknown[]> => {
      const found = await run(action, [...args, steps])
      return Array.isArray(found) ? found : []
    }
    let rest: unknown[] | undefined
    const next = async (): Promise<unknown> => {
      rest ??= await list()
      return rest.shift()
    }
    const self: Record<string, unknown> = {
      toArray: list,
      next,
      [Symbol.asyncIterator]: async function* () {
        yield* await list()
      },
    }
    for (const step of ['sort', 'skip', 'limit']) {
      self[step] = (value: unknown) => {
        steps[step] = value
        return self
      }
    }
    return self
  }
  const single = Object.fromEntries(
    operations.map((action): [string, Operation] => [action, (...args) => run(action, args)]),
  )
  return {
    ...single,
    find: (query?: unknown, projection?: unknown, ...options: unknown[]) =>
      cursor('find', [query, projection, ...options]),
    aggregate: (pipeline?: unknown, ...options: unknown[]) =>
      cursor('aggregate', [pipeline, ...options]),
  }
}

/** What `context.services.get` gives for a data source of the app. */
export const dataSource = (service: string, ask: Ask): object => {
  const db = (database: string) => ({
    collection: (name: string) =>
      collection((action, args) => ask(service, action, [{ database, collection: name }, ...args])),
    getCollectionNames: () => ask(service, 'getCollectionNames', [{ database }]),
  })
  return {
    db,
    admin: () => ({ getDBNames: () => ask(service, 'getDBNames', []) }),
    startSession: () => {
      throw new Error(
        'sessions and transactions are not offered: write what belongs together as one document',
      )
    },
  }
}
