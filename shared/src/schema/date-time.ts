import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/

/** Whether the calendar has the day: JavaScript would make 2 March of 30 February. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10)
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

function parse(value: unknown): Date {
  const date = typeof value === 'string' && form.test(value) && isDay(value) ? new Date(value) : undefined
  if (!date || Number.isNaN(date.getTime()))
    throw new GraphQLError('A DateTime is written like 2026-11-23T09:30:00Z, with its offset.', {
      extensions: { code: 'BAD_USER_INPUT' },
    })
  return date
}

/** A point in time. Out: ISO 8601 in UTC. In: ISO 8601 with an offset; a time without one is refused, never guessed. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
})
