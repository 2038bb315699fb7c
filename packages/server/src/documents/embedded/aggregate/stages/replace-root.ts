import { toText } from '../../update/text.ts'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { badValue, type Expression, readNamed } from '../expressions/scope.ts'
import { typeName } from '../type-name.ts'
import { eachDocument, type Stage, type StageCompiler } from './stage.ts'

export const replaceRoot: StageCompiler = operand => {
  const { newRoot } = readNamed(operand, compile, { name: '$replaceRoot', needed: ['newRoot'] })
  return replacedBy(newRoot as Expression, 'newRoot')
}

export const replaceWith: StageCompiler = operand => replacedBy(compile(operand), 'replaceWith')

const replacedBy = (expression: Expression, label: string): Stage =>
  eachDocument((document, scope) => {
    const value = expression(scope)
    if (isObject(value)) return value
    throw badValue(
      `'${label}' expression must evaluate to an object, but resulting value was: ${toText(value)}. Type of resulting value: '${typeName(value)}'. Input document: ${toText(document)}`,
    )
  })
