import { identitySdl } from '@autora/identity'
import { matrix, principals } from '@autora/shared/access'
import { type DocumentNode, Kind, parse } from 'graphql'
import type { Answer } from '../kit/client.js'
import { rootFields, rules } from '../kit/supergraph.js'
import type { Line } from './identity-line.js'
import { type Seat, Stage, seats } from './identity-stage.js'
import { identityTable } from './identity-table.js'
import { type Traces, traces } from './identity-traces.js'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.world.close())

/** Root fields that the identity subgraph defines, as `Query.users`. */
const fieldsOf = (document: DocumentNode) =>
  document.definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_EXTENSION || definition.kind === Kind.OBJECT_TYPE_DEFINITION) &&
    ['Query', 'Mutation'].includes(definition.name.value)
      ? (definition.fields ?? []).map((field) => `${definition.name.value}.${field.name.value}`)
      : [],
  )

/** The operation of a line: all of its arguments are variables. */
function operationOf({ field, select }: Line, variables: Readonly<Record<string, unknown>>) {
  const [root, name] = field.split('.') as ['Query' | 'Mutation', string]
  const known = rootFields(root).find((candidate) => candidate.name === name)
  if (!known) throw new Error(`the graph has no ${field}`)
  if (root === 'Mutation') {
    const payload = String(known.type)
    const hasApproval = new RegExp(`type ${payload} [^}]*\\bapproval: Approval\\b`).test(identitySdl)
    const approval = hasApproval && !select.startsWith('userErrors') ? ' approval { id status }' : ''
    const errors = select.startsWith('userErrors') ? '' : ' userErrors { code }'
    const input = known.args[0]
    if (!input) return { query: `mutation Cell { ${name} { ${select}${approval}${errors} } }`, variables: {} }
    return {
      query: `mutation Cell($input: ${String(input.type)}) { ${name}(input: $input) { ${select}${approval}${errors} } }`,
      variables: { input: variables },
    }
  }
  const given = known.args.filter((argument) => argument.name in variables)
  const declared = given.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ')
  const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  const head = declared ? `query Cell(${declared})` : 'query Cell'
  return { query: `${head} { ${name}${passed ? `(${passed})` : ''} ${select} }`, variables }
}

/** What became of an operation: done, asked for, answered with nothing, or refused with a code. */
function outcomeOf(answer: Answer, field: string): string {
  const [error] = answer.errors
  if (error) return `- ${error.extensions.code}`
  const payload = answer.data?.[field.split('.')[1] ?? '']
  if (payload === null) return 'o'
  const [refusal] = payload?.userErrors ?? []
  if (refusal) return `- ${refusal.code}`
  if (payload?.approval) return payload.approval.status === 'REQUESTED' ? '4' : 'an approval that is decided'
  return '+'
}

/** Where a request for approval leaves its traces. */
const asking = ['identity.approval_request', 'audit.event']
const but = (tables: readonly string[], { changes }: Traces) =>
  Object.fromEntries(Object.entries(changes).filter(([table]) => !tables.includes(table)))

const cells = identityTable.flatMap((line) =>
  line.cells.split(' ').map((sign, index) => [line.field, seats[index] as Seat, sign, line] as const),
)

/** The cell of the access matrix; null also where it asks for a grant that the seat has not. */
function matrixCell(field: string, seat: Seat): string | null {
  const action = rules.fields.get(field)?.action
  if (!action) throw new Error(`${field} has no action`)
  const principal = seat === 'GRANTED_SUPPORT' ? 'PLATFORM_SUPPORT' : seat
  const cell = matrix[action][principals.indexOf(principal)] ?? null
  return cell?.split(' ').includes('g') && seat === 'PLATFORM_SUPPORT' ? null : cell
}

/** Refused although the cell has a reach. */
const narrowedByDecision = [
  // docs/decisions/0014-support-access.md: under a grant only what a capability names
  'Mutation.dealerGroupCreate GRANTED_SUPPORT',
  'Mutation.legalEntityCreate GRANTED_SUPPORT',
  'Mutation.legalEntityUpdate GRANTED_SUPPORT',
  'Mutation.sessionEnd GRANTED_SUPPORT',
  'Mutation.sessionEndAll GRANTED_SUPPORT',
  'Mutation.storeCreate GRANTED_SUPPORT',
  'Mutation.supportGrantRequest GRANTED_SUPPORT',
  'Mutation.supportGrantTakeUp GRANTED_SUPPORT',
  'Mutation.supportSessionStart GRANTED_SUPPORT',
  // the class GOVERNANCE is closed to Marketing
  'Query.accessPolicyHistory DEALER_MARKETING',
  'Query.policyPreview DEALER_MARKETING',
]

describe('the rights table of identity', () => {
  it('IDO-01 MUST have a line for every root field of the subgraph, with a sign for everybody', () => {
    const lines = identityTable.map(({ field }) => field)

    expect([...lines].sort()).toEqual([...new Set(fieldsOf(parse(identitySdl)))].sort())
    for (const { field, cells: signs } of identityTable)
      expect([field, signs]).toEqual([field, expect.stringMatching(/^[+4o-]( [+4o-]){7}$/)])
  })

  it('IDO-03 MUST never give more than the access matrix, and less only where a decision says so', () => {
    const narrower: string[] = []
    for (const [field, seat, sign] of cells) {
      const cell = matrixCell(field, seat)
      if (sign === '4') expect([field, seat, cell]).toEqual([field, seat, expect.stringContaining('4')])
      if (cell === null) expect([field, seat, sign]).toEqual([field, seat, '-'])
      else if (sign === '-') narrower.push(`${field} ${seat}`)
    }
    expect(narrower.sort()).toEqual([...narrowedByDecision].sort())
  })

  it.each(cells)('IDO-02 MUST answer %s for %s with %s', async (field, seat, sign, line) => {
    const variables = (await line.prepare?.(stage, seat)) ?? {}
    const { query, variables: sent } = operationOf(line, variables)
    const before = await traces(stage.world)

    const answer = await stage.clients[seat].send(query, sent)

    const outcome = outcomeOf(answer, field)
    expect([outcome.slice(0, 1), outcome]).toEqual([sign, sign === '-' ? expect.any(String) : sign])
    expect(outcome).not.toMatch(/INTERNAL|BAD_USER|VALIDATION|UNAUTHENTICATED/)
    const after = await traces(stage.world)
    expect(after.refusals - before.refusals).toBe(sign === '-' ? 1 : 0)
    if (sign === '-' || field.startsWith('Query')) expect(after.changes).toEqual(before.changes)
    if (sign === '4') expect(but(asking, after)).toEqual(but(asking, before))
    // what support reads under a grant is counted; everybody else reads without a trace
    const isCounted = seat === 'GRANTED_SUPPORT' && field.startsWith('Query') && sign === '+'
    const reads = after.reads - before.reads
    if (isCounted || seat !== 'GRANTED_SUPPORT') expect(reads).toBe(isCounted ? 1 : 0)
  })
})
