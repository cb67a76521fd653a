import { hour } from './arrival-times.js'
import type { AuditTrail } from './audit-events.js'
import type { RowSink } from './copy-rows.js'
import type { DemoCustomer } from './customers.js'
import type { DemoPhone } from './phone.js'
import { uuidOf } from './random.js'
import { plainLead, putSpecial } from './special-rows.js'
import type { StoreWorld } from './store-world.js'

/** A customer that software stumbles over: where he is, how he is called, how he is reached, what he writes. */
interface Oddity {
  /** Which store, counted from the first of the network; all of them belong to its first group. */
  readonly store: 0 | 1 | 2
  readonly first: string | null
  readonly last: string
  readonly phones?: readonly DemoPhone[]
  readonly emails?: readonly string[]
  readonly comments: string
}

const dialled = (raw: string, e164: string | null): DemoPhone => ({ raw, e164, type: 'MOBILE' })
const shared = dialled('082 555 0143', '+27825550143')
const everywhere = dialled('+27 83 555 0199', '+27835550199')
const traveller = {
  first: 'Nomvula',
  last: 'Everywhere',
  phones: [everywhere],
  emails: ['nomvula.everywhere@example.com'],
  comments: 'I asked at all three branches, first good offer wins.',
} as const

const oddities: readonly Oddity[] = [
  { store: 0, first: '\u202Eikpis\u202C', last: 'سالم عبد الله', comments: 'RTL: \u202Etxt.exe\u202C שלום' },
  {
    store: 0,
    first: '👩🏽\u200D💻 Thandi',
    last: 'Mokoena 🚗',
    comments: '👍🏿👍🏿 🏴\u200D☠️ e\u0301\u0302\u0303',
  },
  // Cyrillic А, Ѕ, о: looks like a colleague, is not one
  {
    store: 0,
    first: '\u0410dmin',
    last: '\u0405ithоle',
    comments: 'Zero\u200Bwidth \uFEFF and \u00A0 blanks.',
  },
  {
    store: 1,
    first: 'Wolfeschlegel'.padEnd(255, 'steinhausen'),
    last: 'Ω'.repeat(255),
    comments: 'x'.repeat(4_000),
  },
  {
    store: 0,
    first: "O'Brien <script>",
    last: '<img src=x onerror=alert(1)>',
    comments: '{{7*7}} #{7*7} <%= 7*7 %>',
  },
  {
    store: 0,
    first: "=cmd|' /C calc'!A0",
    last: '+SUM(1+1)*cmd',
    comments: '@SUM(A1:A9)\n-2+3\n=HYPERLINK("http://x.test")',
  },
  {
    store: 1,
    first: '\\N',
    last: '\\.',
    comments: 'Back\\slash \\t tab\there\r\nnew line \\x41 {"json": null}',
  },
  { store: 1, first: 'null', last: "Robert'); drop table lead;--", comments: '%00 %0d%0a $1 :name ?' },
  {
    store: 0,
    first: 'Oliver',
    last: 'London',
    phones: [dialled('+44 7911 123456', '+447911123456')],
    comments: 'From abroad.',
  },
  {
    store: 1,
    first: 'Priya',
    last: 'Mumbai',
    phones: [dialled('0091 98123 45678', '+919812345678')],
    comments: 'From abroad.',
  },
  {
    store: 2,
    first: 'Ndapewa',
    last: 'Oshakati',
    phones: [dialled('+264 81 234 5678', '+264812345678')],
    comments: 'From abroad.',
  },
  { store: 2, first: null, last: '—', phones: [dialled('call the office, ext. 12', null)], comments: '.' },
  { store: 1, first: 'Gift', last: 'Shared', phones: [shared], comments: 'My wife asks too.' },
  { store: 1, first: 'Blessing', last: 'Shared', phones: [shared], comments: 'My husband asks too.' },
  { store: 0, ...traveller },
  { store: 1, ...traveller },
  { store: 2, ...traveller },
]

/** How many odd customers a store has, each with one lead. @param index - of the store in the network. */
export const oddityCount = (index: number): number => oddities.filter((one) => one.store === index).length

/** Writes the odd customers of a store with their leads, some hours old. */
export function putOddities(
  sink: RowSink,
  trail: AuditTrail,
  world: StoreWorld,
  index: number,
  now: number,
): void {
  for (const [n, odd] of oddities.entries()) {
    if (odd.store !== index) continue
    const customer: DemoCustomer = {
      id: uuidOf(`${world.seed}/odd/${n}/customer`),
      kind: 'PERSON',
      firstName: odd.first,
      lastName: odd.last,
      company: null,
      address: null,
      language: null,
      phones: odd.phones ?? [],
      emails: odd.emails ?? [`odd${n}@example.org`],
    }
    const lead = plainLead(world, uuidOf(`${world.seed}/odd/${n}/lead`), customer.id, now - (n + 1) * hour)
    putSpecial(sink, trail, world, { customer, lead: { ...lead, comments: odd.comments }, now })
  }
}
