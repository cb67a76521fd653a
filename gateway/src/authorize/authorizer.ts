import { createHash } from 'node:crypto'
import { type AccessProfile, profileKey } from '@autora/shared/access'
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, print } from 'graphql'
import { BoundedMemory } from '../bounded-memory.js'
import { type AccessRules, accessRules } from './access-rules.js'
import type { Program } from './program.js'
import { rewrite } from './rewrite.js'
import { Survey } from './survey.js'

const MOST_PROGRAMS = 5_000

/** Characters of all rewritten documents together. */
const MOST_CHARACTERS = 4 * 1024 * 1024

/** One operation of a checked document. */
export interface Asked {
  readonly document: DocumentNode
  readonly hash: string
  readonly operation: OperationDefinitionNode
}

/** Decides about whole operations before they are planned. */
export class Authorizer {
  private readonly programs = new BoundedMemory<Program>(MOST_PROGRAMS, MOST_CHARACTERS)
  /** What the schema says about access. */
  readonly rules: AccessRules

  /** @throws {Error} when a field of the schema has no rule. */
  constructor(
    supergraphSdl: string,
    /** What clients can ask for. */
    readonly schema: GraphQLSchema,
  ) {
    this.rules = accessRules(supergraphSdl, schema)
  }

  /**
   * What may be carried out of an operation. Compiled once for each (document, operation, profile); after that a
   * look-up.
   *
   * @throws {Refusal} 400 GRAPHQL_VALIDATION_FAILED - a response key stands for a hidden and a shown field.
   */
  program({ document, hash, operation }: Asked, profile: AccessProfile): Program {
    const key = `${hash}|${operation.name?.value ?? ''}|${profileKey(profile)}`
    const known = this.programs.get(key)
    if (known) return known
    const scope = { schema: this.schema, rules: this.rules, profile }
    const survey = new Survey(scope, document, operation)
    const hidden = survey.run()
    const rewritten = survey.denials.length > 0 ? document : rewrite(scope, document)
    const text = rewritten === document ? '' : print(rewritten)
    const program = {
      denials: survey.denials,
      document: rewritten,
      planKey: text ? createHash('sha256').update(text).digest('hex') : hash,
      hidden,
    }
    this.programs.set(key, program, text.length)
    return program
  }
}
