import { type AccessProfile, visibility } from '@autora/shared/access'
import { type GraphQLField, getNamedType, isLeafType, isNonNullType, isObjectType } from 'graphql'
import { rootFields, rules } from '../kit/supergraph.js'

type Field = GraphQLField<unknown, unknown>

/** Levels of fields that the gateway allows, and the fields that keep a query far below its limits. */
const LEVELS = 9

const isOpen = (owner: string, field: Field, profile: AccessProfile): boolean => {
  const rule = rules.fields.get(`${owner}.${field.name}`)
  return rule !== undefined && visibility(rule, profile).visibility !== 'DENIED'
}

const needsArguments = (field: Field) => field.args.some((argument) => isNonNullType(argument.type))
const pageOf = (field: Field) => (field.args.some(({ name }) => name === 'first') ? '(first: 20)' : '')

/** Everything below a field that a profile may ask for; no type again below itself. */
function below(field: Field, profile: AccessProfile, above: readonly string[]): string {
  const type = getNamedType(field.type)
  if (isLeafType(type)) return field.name
  if (!isObjectType(type) || above.includes(type.name) || above.length >= LEVELS) return ''
  const inner = Object.values(type.getFields())
    .filter((one) => isOpen(type.name, one, profile) && !needsArguments(one))
    .map((one) => below(one, profile, [...above, type.name]))
    .filter((text) => text !== '')
  return inner.length > 0 ? `${field.name}${pageOf(field)} { ${inner.join(' ')} }` : ''
}

/** For each root field that needs no argument: the query for everything that a profile may ask for below it. */
export const wideQueries = (profile: AccessProfile): readonly string[] =>
  rootFields('Query')
    .filter((field) => isOpen('Query', field, profile) && !needsArguments(field))
    .map((field) => below(field, profile, ['Query']))
    .filter((text) => text !== '')
    .map((text) => `query Wide { ${text} }`)
