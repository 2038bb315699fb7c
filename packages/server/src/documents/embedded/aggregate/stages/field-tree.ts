import { isObject } from '../../values/types.ts'
import { badValue } from '../expressions/scope.ts'

/** Dotted paths taken apart: what stands at the end of each, by field name. */
export type FieldTree<Leaf> = ReadonlyMap<string, FieldNode<Leaf>>
export type FieldNode<Leaf> =
  | { readonly leaf: Leaf; readonly children?: undefined }
  | { readonly leaf?: undefined; readonly children: FieldTree<Leaf> }

type OpenNode<Leaf> = { leaf: Leaf } | { children: Map<string, OpenNode<Leaf>> }

const isNested = (value: unknown): value is Record<string, unknown> => {
  if (!isObject(value)) return false
  const [first] = Object.keys(value)
  return first !== undefined && !first.startsWith('$')
}

/**
 * Reads `{ 'a.b': …, a: { c: … } }`; plain objects nest, expressions and other values are leaves.
 *
 * @throws `BadValue` for a path given twice, or given together with one inside it.
 */
export const readFieldTree = <Leaf>(
  fields: Readonly<Record<string, unknown>>,
  options: { readonly stage: string; readonly readLeaf: (value: unknown, path: string) => Leaf },
): FieldTree<Leaf> => {
  const root = new Map<string, OpenNode<Leaf>>()
  const read = (entries: Readonly<Record<string, unknown>>, above: string): void => {
    for (const [name, value] of Object.entries(entries)) {
      const path = above === '' ? name : `${above}.${name}`
      requirePath(path, options.stage)
      if (isNested(value)) read(value, path)
      else place(root, path, { leaf: options.readLeaf(value, path), stage: options.stage })
    }
  }
  read(fields, '')
  return root as FieldTree<Leaf>
}

const requirePath = (path: string, stage: string): void => {
  const names = path.split('.')
  if (names.includes('')) {
    throw badValue(
      `Invalid ${stage} :: caused by :: FieldPath field names may not be empty strings.`,
    )
  }
  if (names.some(name => name.startsWith('$'))) {
    throw badValue(
      `Invalid ${stage} :: caused by :: FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    )
  }
}

const place = <Leaf>(
  root: Map<string, OpenNode<Leaf>>,
  path: string,
  { leaf, stage }: { leaf: Leaf; stage: string },
): void => {
  const names = path.split('.')
  const last = names.pop() as string
  let level = root
  for (const name of names) {
    const node = level.get(name) ?? { children: new Map<string, OpenNode<Leaf>>() }
    if ('leaf' in node) throw collision(stage, path)
    level.set(name, node)
    level = node.children
  }
  if (level.has(last)) throw collision(stage, path)
  level.set(last, { leaf })
}

const collision = (stage: string, path: string): Error =>
  badValue(
    `Invalid ${stage} :: caused by :: specification contains two conflicting paths. Cannot specify both '${path}' and a path above or below it`,
  )
