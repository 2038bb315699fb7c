import type { TestApp, TestServer } from '@regent/server/testing'
import type { Document } from 'bson'
import { system } from '../../../src/data/actor.ts'

export const people = {
  dataSources: ['mongodb-atlas'],
  customUserData: {
    source: 'mongodb-atlas',
    database: 'shop',
    collection: 'people',
    userIdField: 'owner',
  },
} satisfies TestApp

/** What the system's rights do with the documents of people. */
export const onPeople = (
  server: TestServer,
  action: string,
  given: Readonly<Record<string, unknown>>,
): Promise<unknown> =>
  server.deps.data.run(
    server.app,
    {
      service: 'mongodb-atlas',
      action,
      args: [{ database: 'shop', collection: 'people', ...given }],
      dialect: 'client',
    },
    system,
  )

export const insertPerson = (server: TestServer, document: Document): Promise<unknown> =>
  onPeople(server, 'insertOne', { document })
