import type { Speaker } from '../token/person.js'

/** One call to paste into a terminal. */
export interface Sample {
  /** What it shows, a few words. */
  readonly shows: string
  /** `STORE` and `GROUP` stand for a store of the network and its group. */
  readonly as: `${Speaker}${'' | '@STORE' | '@GROUP'}`
  /** The command line. `credential` is a shell substitution: tokens live 5 minutes, so each call fetches its own. */
  command(url: string, credential: string): string
}

const graphql =
  (query: string, scheme = 'Bearer') =>
  (url: string, credential: string): string =>
    `curl -s ${url}/graphql -H "authorization: ${scheme} ${credential}" -H 'content-type: application/json' -d '${JSON.stringify({ query })}'`

const adf =
  '<?adf version="1.0"?><adf><prospect><requestdate>2026-11-23T09:30:00+02:00</requestdate>' +
  '<vehicle interest="buy" status="new"><year>2026</year><make>Toyota</make><model>Hilux</model></vehicle>' +
  '<customer><contact><name part="first">Thandi</name><name part="last">Example</name>' +
  '<email>thandi@example.test</email></contact></customer>' +
  '<vendor><vendorname>Demo store</vendorname></vendor></prospect></adf>'

/** One call per role, in the order of the screen. */
export const samples: readonly Sample[] = [
  {
    shows: 'sales: newest leads of one store, contact data clear',
    as: 'sales@STORE',
    command: graphql(
      '{ leads(first: 1) { edges { node { id status source customer { firstName lastName } } } } }',
    ),
  },
  {
    shows: 'marketing: the same, contact data redacted and explained',
    as: 'marketing@STORE',
    command: graphql(
      '{ leads(first: 1) { edges { node { id status source customer { firstName lastName } } } } }',
    ),
  },
  {
    shows: 'admin of the group: who did what',
    as: 'admin@GROUP',
    command: graphql('{ auditEvents(first: 3) { edges { node { action outcome recordedAt } } } }'),
  },
  {
    shows: 'owner: every dealer group',
    as: 'owner',
    command: graphql('{ dealerGroups(first: 10) { edges { node { id code name kind } } } }'),
  },
  {
    shows: 'support: set-up data, and not one customer without a grant',
    as: 'support',
    command: graphql('{ stores(first: 3) { edges { node { code name city } } } }'),
  },
  {
    shows: 'partner: hands in a lead as ADF',
    as: 'partner@STORE',
    command: (url, credential) =>
      `curl -s ${url}/intake/adf -H "authorization: ApiKey ${credential}" -H 'content-type: application/xml' -d '${adf}'`,
  },
  {
    shows: 'partner: reads the leads it handed in',
    as: 'partner@STORE',
    command: graphql('{ leads(first: 2) { edges { node { id status receivedAt } } } }', 'ApiKey'),
  },
  {
    shows: 'analyst: numbers that count ten customers or more, never a person',
    as: 'analyst@STORE',
    command: graphql(
      '{ leadMetrics(input: { months: 3 }) { grain note rows { period source leadsReceived { value isSuppressed } } } }',
    ),
  },
]
