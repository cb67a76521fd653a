import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import { rootFields } from '../kit/supergraph.js'

/** Where a client can put a text of his own: root field, and the path of names below its arguments. */
export interface TextPlace {
  readonly operation: 'query' | 'mutation'
  readonly field: GraphQLField<unknown, unknown>
  readonly path: readonly string[]
}

const bare = (type: GraphQLInputType): GraphQLInputType => (isNonNullType(type) ? bare(type.ofType) : type)
const isText = (type: GraphQLInputType) => ['String', 'ID'].includes(getNamedType(type).name)

/** Paths of all texts below a type. */
function textPaths(type: GraphQLInputType, path: readonly string[]): readonly (readonly string[])[] {
  const named = getNamedType(type)
  if (isText(type)) return [path]
  if (!isInputObjectType(named)) return []
  return Object.values(named.getFields()).flatMap((field) => textPaths(field.type, [...path, field.name]))
}

/** Every place of the graph. */
export const textPlaces: readonly TextPlace[] = (['query', 'mutation'] as const).flatMap((operation) =>
  rootFields(operation === 'query' ? 'Query' : 'Mutation').flatMap((field) =>
    field.args.flatMap((argument) =>
      textPaths(argument.type, [argument.name]).map((path) => ({ operation, field, path })),
    ),
  ),
)

/** What a value is made of: texts by name, and what stands at one place instead. */
export interface Filling {
  /** A good text for a name, such as the id of a store for `storeId`. */
  readonly text: (name: string) => string
  readonly path: readonly string[]
  readonly probe: string
}

const scalars: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2026-11-27T10:00:00Z',
}

/** A value of a type: all that has to be there, and what leads to the probe. */
function filled(
  type: GraphQLInputType,
  name: string,
  path: readonly string[] | null,
  filling: Filling,
): unknown {
  const open = bare(type)
  if (isListType(open)) return [filled(open.ofType, name, path, filling)]
  if (isInputObjectType(open)) {
    const [next, ...rest] = path ?? []
    const wanted = Object.values(open.getFields()).filter(
      (field) => isNonNullType(field.type) || field.name === next,
    )
    return Object.fromEntries(
      wanted.map((field) => [
        field.name,
        filled(field.type, field.name, field.name === next ? rest : null, filling),
      ]),
    )
  }
  if (isText(open)) return path ? filling.probe : filling.text(name)
  return isEnumType(open) ? open.getValues()[0]?.name : scalars[getNamedType(open).name]
}

/** The operation that carries a text to its place. */
export function operationFor(
  { operation, field, path }: TextPlace,
  filling: Omit<Filling, 'path'>,
): { readonly query: string; readonly variables: Record<string, unknown> } {
  const [first, ...rest] = path
  const given = field.args.filter((argument) => isNonNullType(argument.type) || argument.name === first)
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ')
  const variables = Object.fromEntries(
    given.map(({ name, type }) => [
      name,
      filled(type, name, name === first ? rest : null, { ...filling, path }),
    ]),
  )
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
  return { query: `${operation} P(${declared}) { ${field.name}(${passed})${selection} }`, variables }
}
