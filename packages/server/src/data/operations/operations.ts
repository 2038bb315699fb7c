import type { App } from '../../domain/app.ts'
import type { DataSource } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import type { Actor } from '../actor.ts'
import type { Data, DataCall } from '../data.ts'
import type { OpenJudge } from '../rules/judge.ts'
import { readCollectionName, readDatabaseName } from '../sources/names.ts'
import type { Sources } from '../sources/sources.ts'
import { type Arguments, readNamed, readOrdered } from './arguments.ts'
import type { Command, Target } from './command.ts'
import { toldError } from './failures.ts'
import { reads } from './reads.ts'
import { isDocument } from './values.ts'
import { writes } from './writes.ts'

const commands: ReadonlyMap<string, Command> = new Map(Object.entries({ ...reads, ...writes }))

const findSource = ({ dataSources }: App, name: string): DataSource => {
  const source = dataSources.find(one => one.name === name)
  if (source === undefined) throw new AppError('serviceNotFound', { name })
  return source
}

const findCommand = (name: string): Command => {
  const command = commands.get(name)
  if (command === undefined) throw new AppError('serviceCommandNotFound', { name })
  return command
}

type Read = { readonly database: string; readonly collection: string; readonly given: Arguments }

const readCall = ({ args, dialect }: DataCall, command: Command): Read => {
  const [first, ...rest] = args
  if (!isDocument(first)) {
    throw new AppError('fieldInvalid', { detail: "'arguments.0' must be a document" })
  }
  return {
    database: readDatabaseName('database', first.database),
    collection: readCollectionName('collection', first.collection),
    given: dialect === 'client' ? readNamed(first, command) : readOrdered(rest, command),
  }
}

type Parts = { readonly sources: Sources; readonly judge: OpenJudge }

export const openOperations = ({ sources, judge: openJudge }: Parts): Pick<Data, 'run'> => {
  const openTarget = async (
    { app, source, actor }: { app: App; source: DataSource; actor: Actor },
    { database, collection }: Read,
  ): Promise<Target> => {
    const namespace = { app, source, database, collection }
    const [judge, databases] = await Promise.all([
      openJudge(namespace, actor),
      sources.open(app, source),
    ])
    return {
      namespace,
      actor,
      databases,
      collection: databases.collection(database, collection),
      judge,
    }
  }

  return {
    run: async (app, call, actor) => {
      const source = findSource(app, call.service)
      const command = findCommand(call.action)
      const read = readCall(call, command)
      const target = await openTarget({ app, source, actor }, read)
      try {
        return await command.run(target, read.given)
      } catch (error) {
        throw toldError(error, target)
      }
    },
  }
}
