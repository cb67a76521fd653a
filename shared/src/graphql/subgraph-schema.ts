import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/index.js'
import { type GraphQLSchema, parse } from 'graphql'
import { applyMiddleware } from 'graphql-middleware'
import { shield } from 'graphql-shield'
import type { RequestContext } from '../request/index.js'
import { DateTime, fieldRules, prelude, type SchemaRules } from '../schema/index.js'
import { applyMasks, guardReferences, passAllowed } from './field-guards.js'
import { recordRefusedDeeds } from './refused-deeds.js'
import { fallbackError, shieldRules } from './shield-rules.js'

/** Resolvers of a subgraph by type, as `buildSubgraphSchema` takes them. */
export type Resolvers = GraphQLResolverMap<RequestContext>

/**
 * The schema text of a subgraph: the prelude and every `schema.graphql` below its source folder, in folder order.
 * @param sourceFolder - folder whose sub-folders are the capabilities.
 */
export function subgraphSdl(sourceFolder: string): string {
  const files = readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('schema.graphql'))
    .sort()
  return [prelude, ...files.map((path) => readFileSync(join(sourceFolder, path), 'utf8'))].join('\n')
}

/** Joins the resolvers of capabilities: several of them may add fields to one type. */
export function joinResolvers(maps: readonly Resolvers[]): Resolvers {
  const joined: Record<string, object> = {}
  for (const map of maps)
    for (const [type, fields] of Object.entries(map)) joined[type] = { ...joined[type], ...fields }
  return joined as Resolvers
}

/** An executable subgraph schema and the rules it was built from. */
export interface SecuredSchema {
  readonly schema: GraphQLSchema
  readonly rules: SchemaRules
}

/**
 * Builds a subgraph schema in which every field is guarded: references before they load, fields by graphql-shield
 * (deny by default), masked classes at their resolver.
 *
 * @param capabilities - the resolver maps of the capabilities, in any order.
 * @throws {Error} when a field lacks action or class, or an entity cannot be guarded.
 */
export function securedSchema(
  subgraph: string,
  sdl: string,
  capabilities: readonly Resolvers[],
): SecuredSchema {
  const typeDefs = parse(sdl)
  const rules = fieldRules(typeDefs)
  const schema = buildSubgraphSchema([
    { typeDefs, resolvers: { DateTime, ...guardReferences(joinResolvers(capabilities), rules) } },
  ])
  applyMasks(schema, rules)
  const shieldMap = shieldRules(subgraph, schema, rules)
  const guarded = applyMiddleware(schema, shield(shieldMap, { fallbackError, allowExternalErrors: true }))
  passAllowed(guarded, schema, rules, shieldMap)
  recordRefusedDeeds(guarded)
  return { schema: guarded, rules }
}
