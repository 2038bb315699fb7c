import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { addFields, unsetFields } from '../aggregate/stages/add-fields.ts'
import { project } from '../aggregate/stages/project.ts'
import { replaceRoot, replaceWith } from '../aggregate/stages/replace-root.ts'
import type { Stage, StageCompilers } from '../aggregate/stages/stage.ts'
import { isObject } from '../values/types.ts'
import type { UpdateContext } from './context.ts'

const compilers: StageCompilers = {
  $set: addFields,
  $addFields: addFields,
  $unset: unsetFields,
  $project: project,
  $replaceRoot: replaceRoot,
  $replaceWith: replaceWith,
}

/** @throws `FailedToParse` for a stage that may not stand in an update. */
export const compileUpdatePipeline = (
  pipeline: readonly Document[],
): ((document: Document, context: UpdateContext) => Document) => {
  const stages = pipeline.map(compileStage)
  return (document, { now }) => {
    const context = { now, read: readNothing, examined: () => {}, variables: { NOW: now } }
    return stages.reduce((after, stage) => only(stage([after], context)), document)
  }
}

const readNothing = (): Iterable<Document> => []

const only = (documents: Iterable<Document>): Document => {
  const [document] = documents
  return document as Document
}

const compileStage = (stage: Document): Stage => {
  const [name = '', ...more] = isObject(stage) ? Object.keys(stage) : []
  if (more.length > 0 || name === '') {
    throw new DocumentsError(
      'FailedToParse',
      'A pipeline stage specification object must contain exactly one field.',
    )
  }
  const compiler = Object.hasOwn(compilers, name) ? compilers[name] : undefined
  if (compiler === undefined) {
    throw new DocumentsError('FailedToParse', `${name} is not allowed to be used within an update`)
  }
  return compiler(stage[name], notNested, name)
}

const notNested = (): never => {
  throw new DocumentsError('FailedToParse', 'A pipeline may not be nested within an update')
}
