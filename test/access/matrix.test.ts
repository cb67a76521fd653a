import { type AccessProfile, type Principal, principals, visibility } from '@autora/shared/access'
import type { Answer, Client } from '../kit/client.js'
import { rootFields, rules, shortestPaths, type Visit, visit } from '../kit/supergraph.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let clients: Readonly<Record<Principal, Client>>

beforeAll(async () => {
  world = await startWorld()
  const { people } = world
  clients = {
    PLATFORM_OWNER: people.owner(),
    PLATFORM_SUPPORT: people.support(),
    DEALER_ADMIN: people.admin('north'),
    DEALER_SALES: people.sales('north-one'),
    DEALER_MARKETING: people.marketing('north-one'),
    PARTNER: people.partner('north-one'),
    ANALYST: people.analyst('north-one'),
  }
})

afterAll(() => world.close())

/** The profile each client acts with: what the matrix is asked for. */
const profileOf = (principal: Principal): AccessProfile => ({
  principal,
  grant: null,
  scopes: principal === 'PARTNER' ? ['customers:read', 'leads:create', 'leads:read.own'] : [],
  marketingContactMasked: false,
})

/** What the matrix says about every coordinate of a visit. */
function verdict(path: Visit, principal: Principal) {
  const denied: string[] = []
  const redacted: string[] = []
  for (const coordinate of path.coordinates) {
    const rule = rules.fields.get(coordinate)
    if (!rule) throw new Error(`${coordinate} has no rule`)
    const decision = visibility(rule, profileOf(principal))
    if (decision.visibility === 'DENIED') denied.push(coordinate)
    if (decision.visibility === 'REDACTED') redacted.push(coordinate)
  }
  return { denied, redacted }
}

function expectAsMatrix(answer: Answer, { denied, redacted }: ReturnType<typeof verdict>): void {
  const refused = answer.errors.filter(({ extensions }) => extensions.code === 'ACCESS_DENIED')
  if (denied.length > 0) {
    expect(answer.status).toBe(403)
    expect(answer.data).toBeNull()
    expect(refused.map(({ extensions }) => extensions.coordinate)).toContain(denied[0])
    return
  }
  expect(refused).toEqual([])
  expect(answer.errors.filter(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR')).toEqual([])
  const reported = answer.redactions.map(({ coordinate }) => coordinate)
  for (const coordinate of reported) expect(redacted).toContain(coordinate)
}

describe.each(principals)('%s', (principal) => {
  it.each(rootFields('Query').map((field) => field.name))(
    'ACC-01 MUST be answered on Query.%s as the matrix says',
    async (name) => {
      const field = rootFields('Query').find((candidate) => candidate.name === name)
      if (!field) throw new Error(name)
      const path = visit('query', [{ owner: 'Query', field }])

      const answer = await clients[principal].send(path.query, path.variables)

      expectAsMatrix(answer, verdict(path, principal))
    },
  )

  it.each(rootFields('Mutation').map((field) => field.name))(
    'ACC-02 MUST be answered on Mutation.%s as the matrix says',
    async (name) => {
      const field = rootFields('Mutation').find((candidate) => candidate.name === name)
      if (!field) throw new Error(name)
      const path = visit('mutation', [{ owner: 'Mutation', field }])

      const answer = await clients[principal].send(path.query, path.variables)

      expectAsMatrix(answer, verdict(path, principal))
    },
  )

  it('ACC-03 MUST be answered on every coordinate as the matrix says', async () => {
    const faults: string[] = []
    for (const [coordinate, steps] of shortestPaths(8)) {
      const path = visit('query', steps)
      const answer = await clients[principal].send(path.query, path.variables)
      try {
        expectAsMatrix(answer, verdict(path, principal))
      } catch (error) {
        faults.push(
          `${coordinate}: ${path.query} → ${answer.status} ${answer.text.slice(0, 300)} (${(error as Error).message.slice(0, 80)})`,
        )
      }
    }

    expect(faults).toEqual([])
  }, 120_000)
})
