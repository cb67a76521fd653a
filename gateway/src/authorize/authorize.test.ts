import { composeServices } from '@apollo/composition'
import type { AccessProfile, Principal } from '@autora/shared/access'
import { buildSchema, parse, print, stripIgnoredCharacters } from 'graphql'
import { sampleSchemas, sampleServices } from '../../testing/sample-graph.js'
import { Refusal } from '../answers/index.js'
import { Authorizer, redact } from './index.js'

const { supergraphSdl = '' } = composeServices(sampleServices())
const plain = `directive @access(action: String!) on OBJECT | FIELD_DEFINITION
directive @data(class: String!) on OBJECT | FIELD_DEFINITION
directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT
`
const schema = buildSchema(
  plain +
    sampleSchemas.identity +
    sampleSchemas.dealer_ops.replace('type Query', 'extend type Query').replace(/type Store @key.*\n/, ''),
)
const authorizer = new Authorizer(supergraphSdl, schema)

const profileOf = (principal: Principal, marketingContactMasked = false): AccessProfile => ({
  principal,
  grant: null,
  scopes: [],
  marketingContactMasked,
})
const marketing = profileOf('DEALER_MARKETING')

function compile(query: string, profile: AccessProfile = marketing) {
  const document = parse(query, { noLocation: true })
  const [operation] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('the operation comes first')
  return authorizer.program({ document, hash: query, operation }, profile)
}

const rewritten = (query: string) => stripIgnoredCharacters(print(compile(query).document))
const lead = (selection: string) =>
  `query Q($x: Boolean = true, $n: Int) { leads(first: $n) { edges { node { ${selection} } } } }`
const leadData = (...nodes: object[]) => ({ leads: { edges: nodes.map((node) => ({ node })) } })

/** The paths a program hides in data, and the data afterwards. */
function carriedOut(query: string, data: object) {
  const { hidden } = compile(query)
  const redactions = hidden ? redact(hidden, data, 3) : []
  return { data, paths: redactions.map(({ path }) => path.join('.')), redactions }
}

describe('a hidden field', () => {
  it('AZ-01 MUST vanish from what is executed, with everything below it', () => {
    expect(rewritten(lead('customer { firstName emails phones { e164 } }'))).toContain(
      'customer{firstName:__typename emails:__typename phones:__typename}',
    )
  })

  it('AZ-02 MUST be answered with null and one entry that names path, coordinate, class, policy and reason', () => {
    const answer = carriedOut(
      lead('id customer { mail: emails }'),
      leadData(
        { id: '1', customer: { mail: 'Customer' } },
        { id: '2', customer: { mail: 'Customer' } },
        { id: '3', customer: null },
      ),
    )

    expect(answer.data).toEqual(
      leadData(
        { id: '1', customer: { mail: null } },
        { id: '2', customer: { mail: null } },
        { id: '3', customer: null },
      ),
    )
    expect(answer.redactions).toEqual([
      {
        path: ['leads', 'edges', '*', 'node', 'customer', 'mail'],
        coordinate: 'Customer.emails',
        class: 'CONTACT',
        policy: 'class:CONTACT/DEALER_MARKETING',
        reason: 'CLASS_DENIED',
        policyVersion: 3,
      },
    ])
  })

  it('keeps its directives, so that @skip and @include go on deciding', () => {
    expect(rewritten(lead('customer { id emails @include(if: $x) }'))).toContain(
      'customer{id emails:__typename@include(if:$x)}',
    )
    expect(
      carriedOut(lead('customer { id emails @skip(if: $x) }'), leadData({ customer: { id: '1' } })).paths,
    ).toEqual([])
  })

  it('keeps the definitions of variables that only it used', () => {
    const text = rewritten(
      'query Q($e: Boolean!) { leads { edges { node { customer { phones { e164 @include(if: $e) } } } } } }',
    )

    expect(text).toContain('$e:Boolean!')
    expect(text).toContain('{phones:__typename}')
  })

  it.each([
    ['its plain path', 'customer { emails }', ''],
    ['an alias', 'c: customer { x: emails }', ''],
    ['a fragment', 'customer { ...F }', 'fragment F on Customer { emails }'],
    [
      'a fragment in a fragment',
      '...L',
      'fragment L on Lead { customer { ...F } } fragment F on Customer { emails }',
    ],
    ['an inline fragment', '... on Lead { customer { ... on Customer { emails } } }', ''],
    ['an inline fragment without a type', '... @include(if: $x) { customer { ... { emails } } }', ''],
    ['another entity', 'customer { leads { customer { emails } } }', ''],
  ])('AZ-03 MUST be hidden on every way: %s', (_way, selection, fragments) => {
    const { hidden, denials, document } = compile(`${lead(selection)} ${fragments}`)

    expect(denials).toEqual([])
    expect(hidden).not.toBeNull()
    expect(print(document)).not.toMatch(/[^:]\bemails\s*[\n}]/)
    expect(stripIgnoredCharacters(print(document))).toMatch(/(x|emails):__typename/)
  })

  it('is hidden in the payload of a mutation', () => {
    expect(rewritten('mutation M { leadNote(text: "x") { lead { customer { emails } } } }')).toContain(
      'emails:__typename',
    )
  })

  it('is told apart from a shown one of another type in a union', () => {
    const query = lead('things { __typename ... on Car { vin } ... on Note { title body } }')
    const answer = carriedOut(
      query,
      leadData({
        things: [
          { __typename: 'Note', title: 'a', body: 'Note' },
          { __typename: 'Car', vin: 'v' },
        ],
      }),
    )

    expect(answer.data).toEqual(
      leadData({
        things: [
          { __typename: 'Note', title: 'a', body: null },
          { __typename: 'Car', vin: 'v' },
        ],
      }),
    )
    expect(answer.paths).toEqual(['leads.edges.*.node.things.*.body'])
  })

  it('may not share its response key with a shown one', () => {
    expect(() => compile(lead('things { ... on Car { x: title } ... on Note { x: body } }'))).toThrow(Refusal)
    expect(() => compile(lead('things { ... on Note { x: body } ... on Car { x: title } }'))).toThrow(Refusal)
  })

  it('costs nothing where nothing is hidden: the very same document is executed', () => {
    const query = lead('id status customer { id }')
    const document = parse(query, { noLocation: true })
    const [operation] = document.definitions
    if (operation?.kind !== 'OperationDefinition') throw new Error('the operation comes first')

    const program = authorizer.program({ document, hash: 'h1', operation }, marketing)
    expect(program).toMatchObject({ planKey: 'h1', hidden: null, denials: [] })
    expect(program.document).toBe(document)
    expect(authorizer.program({ document, hash: 'h1', operation }, marketing)).toBe(program)
  })

  it('drops fragments that nothing spreads any more', () => {
    expect(rewritten(`${lead('customer { phones { ...P } }')} fragment P on Phone { e164 }`)).not.toContain(
      'fragment',
    )
  })
})

describe('a profile', () => {
  it('AZ-04 MUST decide alone: sales sees, marketing with a local policy sees masked, others get no program of his', () => {
    const query = lead('customer { emails }')

    expect(compile(query, profileOf('DEALER_SALES')).hidden).toBeNull()
    expect(compile(query, profileOf('DEALER_MARKETING', true)).hidden).toBeNull()
    expect(compile(query).hidden).not.toBeNull()
    expect(compile(query, profileOf('DEALER_SALES')).hidden).toBeNull()
  })
})

describe('a denied field', () => {
  it('AZ-05 MUST refuse the whole operation, each path in the terms of the client', () => {
    const { denials } = compile(
      lead('id b: budget customer { emails } ...L').concat(' fragment L on Lead { budget }'),
    )

    expect(denials).toEqual([
      {
        path: ['leads', 'edges', 'node', 'b'],
        coordinate: 'Lead.budget',
        reason: 'CLASS_DENIED',
        policy: 'class:FINANCIAL/DEALER_MARKETING',
      },
      {
        path: ['leads', 'edges', 'node', 'budget'],
        coordinate: 'Lead.budget',
        reason: 'CLASS_DENIED',
        policy: 'class:FINANCIAL/DEALER_MARKETING',
      },
    ])
  })

  it('is also one behind @skip(if: true) and behind variables', () => {
    expect(compile(lead('budget @skip(if: true)')).denials).toHaveLength(1)
  })

  it('AZ-06 MUST be a mutation whose result would be hidden: it is not carried out', () => {
    expect(compile('mutation M { reveal(id: "1") }').denials).toMatchObject([
      { coordinate: 'Mutation.reveal' },
    ])
  })

  it('carries the reason of the matrix', () => {
    expect(compile('{ me { email } }').denials).toMatchObject([
      { coordinate: 'User.email', reason: 'CLASS_DENIED' },
    ])
    expect(compile(lead('id'), profileOf('PARTNER')).denials[0]).toMatchObject({ reason: 'SCOPE_MISSING' })
  })
})

describe('the rules', () => {
  it('AZ-07 MUST cover every field, or nothing starts', () => {
    const gap = supergraphSdl
      .replace(/body: String .*\n/, 'body: String @access(action: "lead:read")\n')
      .replace(/(type Note\b[^{]*)@data\(class: "INTERNAL"\)/, '$1')

    expect(() => new Authorizer(gap, schema)).toThrow(/Note.body has no class/)
    expect(() => new Authorizer(supergraphSdl.replaceAll('"lead:read"', '"lead:reed"'), schema)).toThrow(
      /unknown action/,
    )
  })
})
