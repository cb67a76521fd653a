/** An operation as it is sent. */
export interface Operation {
  readonly query: string
  readonly variables?: object
}

/** A limit of the gateway, and operations that come to exactly `size` of it. */
export interface Sized {
  readonly most: number
  readonly ways: Readonly<Record<string, (size: number) => Operation>>
}

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ')

const me = (selections: string, more = ''): Operation => ({ query: `{ me { ${selections} } } ${more}` })

/** The last levels of a chain of fields that has eight before them. */
const tail = (levels: number) => (levels === 10 ? 'store { id }' : 'store { dealerGroup { id } }')

const chain = (levels: number): Operation => ({
  query: `{ leads(first: 1) { edges { node { customer { leads(first: 1) { edges { node { customer {
    ${tail(levels)} } } } } } } } } }`,
})

const chainOfFragments = (levels: number): Operation => ({
  query: `{ leads(first: 1) { edges { node { ...First } } } }
    fragment First on Lead { customer { ... on Customer { leads(first: 1) { edges { node { ...Second } } } } } }
    fragment Second on Lead { customer { ...Third } }
    fragment Third on Customer { ${tail(levels)} }`,
})

const ids = (count: number) => Array.from({ length: count }, (_, index) => `str_${index}`)

const KEY = 'mutation K($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { userErrors { code } } }'
const key = (parts: object) => ({
  appId: 'app_0',
  label: 'x',
  scopes: ['leads:create'],
  storeIds: ['str_0'],
  ...parts,
})

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)])

/** Every limit of an operation. */
export const sized: Readonly<Record<string, Sized>> = {
  tokens: {
    most: 2_000,
    ways: {
      'in one field': (size) =>
        me(
          `${times(Math.floor((size - 5) / 6), () => '... on Viewer { principal }')} ${times(
            (size - 5) % 6,
            () => 'principal',
          )}`,
        ),
    },
  },
  depth: {
    most: 10,
    ways: {
      'in one piece': chain,
      'through fragments': chainOfFragments,
    },
  },
  aliases: {
    most: 15,
    ways: {
      'of a field': (size) => me(times(size, (index) => `a${index}: principal`)),
      'of __typename': (size) => me(times(size, (index) => `a${index}: __typename`)),
      'through a fragment': (size) =>
        me('...F', `fragment F on Viewer { ${times(size, (index) => `a${index}: principal`)} }`),
      'through fragments in fragments': (size) =>
        me(
          '...F a0: principal',
          `fragment F on Viewer { ...G } fragment G on Viewer { ${times(size - 1, (index) => `b${index}: scopes`)} }`,
        ),
    },
  },
  rootFields: {
    most: 5,
    ways: {
      'one again and again': (size) => ({ query: `{ ${times(size, () => 'me { principal }')} }` }),
      'through a fragment': (size) => ({
        query: `{ me { principal } ...F } fragment F on Query { ${times(size - 1, () => '__typename')} }`,
      }),
    },
  },
  directives: {
    most: 20,
    ways: {
      'on one field each': (size) => me(times(size, () => 'principal @include(if: true)')),
      'through a fragment': (size) =>
        me(
          '...F @skip(if: false)',
          `fragment F on Viewer { ${times(size - 1, () => 'principal @include(if: true)')} }`,
        ),
    },
  },
  fields: {
    most: 1_000,
    ways: {
      'side by side': (size) => ({
        query: `{ me { ${times(250, () => 'scopes')} } stores { ${times(250, () => '__typename')} }
          accessMatrix { ${times(250, () => 'version')} } users { ${times(size - 754, () => '__typename')} } }`,
      }),
      'through a fragment that is spread ten times': (size) =>
        me(
          `${times(10, () => '...F')} ${times(size - 901, () => 'scopes')}`,
          `fragment F on Viewer { ${times(90, () => 'principal')} }`,
        ),
    },
  },
  nesting: {
    most: 40,
    ways: {
      'of inline fragments': (size) =>
        me(`${times(size - 2, () => '... {')} principal ${'} '.repeat(size - 2)}`),
    },
  },
  variables: {
    most: 50,
    ways: {
      'that are sent': (size) => ({
        query: '{ me { principal } }',
        variables: Object.fromEntries(ids(size).map((id) => [id, 1])),
      }),
      'that are defined': (size) => ({
        query: `mutation V(${times(size, (index) => `$v${index}: ID! = "str_0"`)}) { apiKeyCreate(input: {
          appId: "app_0", label: "x", scopes: ["leads:create"], storeIds: [${times(size, (index) => `$v${index}`)}]
        }) { userErrors { code } } }`,
      }),
    },
  },
  listItems: {
    most: 200,
    ways: {
      'in a variable': (size) => ({ query: KEY, variables: { input: key({ storeIds: ids(size) }) } }),
      'in the document': (size) => ({
        query: KEY.replace('mutation K($input: ApiKeyCreateInput!)', 'mutation K').replace(
          '$input',
          `{ appId: "app_0", label: "x", scopes: ["leads:create"], storeIds: ${JSON.stringify(ids(size))} }`,
        ),
      }),
      'in a variable nobody defined': (size) => ({
        query: '{ me { principal } }',
        variables: { x: { y: [ids(size)] } },
      }),
    },
  },
  variableDepth: {
    most: 10,
    ways: {
      'of lists': (size) => ({ query: '{ me { principal } }', variables: { x: nested(size) } }),
    },
  },
}
