import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldRules, type SchemaRules } from '@autora/shared/schema'
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql'

/** The composed supergraph as it is committed. */
export const supergraphText = readFileSync(join(__dirname, '../../gateway/supergraph.graphql'), 'utf8')

const document = parse(supergraphText)

/** Its types. */
export const supergraph: GraphQLSchema = buildASTSchema(document, { assumeValid: true })

/** Its access rules by coordinate. */
export const rules: SchemaRules = fieldRules(document)

const scalars: Readonly<Record<string, unknown>> = {
  ID: 'led_00000000000040008000000000000000',
  String: 'text',
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2026-11-20T10:00:00Z',
}

/** A value that a type accepts, with nothing optional in it. */
function sample(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sample(type.ofType)
  if (isListType(type)) return [sample(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return Object.fromEntries(required.map((field) => [field.name, sample(field.type)]))
  }
  return scalars[type.name]
}

/** An operation and the coordinates it visits, in order. */
export interface Visit {
  readonly query: string
  readonly variables: Record<string, unknown>
  readonly coordinates: readonly string[]
}

type Step = { readonly owner: string; readonly field: GraphQLField<unknown, unknown> }

/** Writes the operation that walks one path of fields down to a leaf or `__typename`. */
export function visit(operation: 'query' | 'mutation', path: readonly Step[]): Visit {
  const variables: Record<string, unknown> = {}
  const declarations: string[] = []
  const open = path.map(({ field }, depth) => {
    const required = field.args.filter((argument) => isNonNullType(argument.type))
    const given = required.map((argument) => {
      const name = `v${depth}_${argument.name}`
      variables[name] = sample(argument.type)
      declarations.push(`$${name}: ${String(argument.type)}`)
      return `${argument.name}: $${name}`
    })
    return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`
  })
  const last = path.at(-1)
  const leaf = last && !isLeafType(getNamedType(last.field.type)) ? ' { __typename }' : ''
  const head =
    declarations.length > 0 ? `${operation} Visit(${declarations.join(', ')})` : `${operation} Visit`
  return {
    query: `${head} { ${open.join(' { ')}${leaf}${' }'.repeat(path.length)}`,
    variables,
    coordinates: path.map(({ owner, field }) => `${owner}.${field.name}`),
  }
}

/** A shortest path of fields from `Query` to every coordinate that can be reached. */
export function shortestPaths(mostDepth: number): ReadonlyMap<string, readonly Step[]> {
  const paths = new Map<string, readonly Step[]>()
  let frontier: { type: string; path: readonly Step[] }[] = [{ type: 'Query', path: [] }]
  const seen = new Set(['Query'])
  for (let depth = 0; depth < mostDepth && frontier.length > 0; depth++) {
    const next: typeof frontier = []
    for (const { type: owner, path } of frontier) {
      const type = supergraph.getType(owner)
      if (!isObjectType(type)) continue
      for (const field of Object.values(type.getFields())) {
        const extended = [...path, { owner, field }]
        paths.set(`${owner}.${field.name}`, extended)
        const target = getNamedType(field.type).name
        if (seen.has(target)) continue
        seen.add(target)
        next.push({ type: target, path: extended })
      }
    }
    frontier = next
  }
  return paths
}

/** The fields of a root type. */
export function rootFields(root: 'Query' | 'Mutation'): readonly GraphQLField<unknown, unknown>[] {
  const type = supergraph.getType(root)
  return isObjectType(type) ? Object.values(type.getFields()) : []
}
