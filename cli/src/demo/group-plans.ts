/** A province, for how busy its stores are. `NA` stands for Namibia. */
export type Province = 'GP' | 'WC' | 'KZN' | 'REST' | 'NA'

/** A store in a plan: its place within the group, where it stands, what it sells and who runs it. */
export interface StorePlan {
  readonly place: string
  readonly city: string
  readonly province: Province
  readonly brands: readonly string[]
  /** Which legal entity of the group, counted from 0. */
  readonly entity: number
  readonly status?: 'CLOSED'
}

/** A dealer group in a plan. */
export interface GroupPlan {
  readonly code: string
  readonly name: string
  readonly kind: 'OEM_GROUP' | 'FRANCHISE_GROUP' | 'INDEPENDENT_GROUP' | 'PORTFOLIO'
  /** Code of the group that owns it. */
  readonly parent: string | null
  readonly marketingContactMasked: boolean
  readonly entities: readonly string[]
  readonly stores: readonly StorePlan[]
}

const store = (place: string, city: string, province: Province, brands: string, entity = 0): StorePlan => ({
  place,
  city,
  province,
  brands: brands.split('+'),
  entity,
})

/** Two groups for tests: `north` and `south`. */
export const plansXs: readonly GroupPlan[] = [
  {
    code: 'north',
    name: 'Northern Star Motors',
    kind: 'OEM_GROUP',
    parent: null,
    marketingContactMasked: false,
    entities: ['Northern Star Motors (Pty) Ltd', 'Northern Star Highveld (Pty) Ltd'],
    stores: [
      store('one', 'Pretoria', 'GP', 'TOYOTA'),
      store('two', 'Johannesburg', 'GP', 'TOYOTA'),
      store('three', 'Emalahleni', 'REST', 'TOYOTA', 1),
    ],
  },
  {
    code: 'south',
    name: 'Suid Autohaus',
    kind: 'FRANCHISE_GROUP',
    parent: null,
    marketingContactMasked: false,
    entities: ['Suid Autohaus (Pty) Ltd'],
    stores: [store('one', 'Cape Town', 'WC', 'VW+AUDI'), store('two', 'George', 'WC', 'VW')],
  },
]

const karoo: GroupPlan = {
  code: 'karoo',
  name: 'Karoo Savanna Motors',
  kind: 'OEM_GROUP',
  parent: null,
  marketingContactMasked: false,
  entities: ['Karoo Savanna Motors (Pty) Ltd'],
  stores: [
    store('menlyn', 'Pretoria', 'GP', 'TOYOTA'),
    store('sandton', 'Sandton', 'GP', 'TOYOTA'),
    store('centurion', 'Centurion', 'GP', 'TOYOTA'),
    store('boksburg', 'Boksburg', 'GP', 'TOYOTA'),
    store('soweto', 'Soweto', 'GP', 'TOYOTA'),
    store('paarl', 'Paarl', 'WC', 'TOYOTA'),
    store('bellville', 'Bellville', 'WC', 'TOYOTA'),
    store('beaufort', 'Beaufort West', 'WC', 'TOYOTA'),
    store('umhlanga', 'Umhlanga', 'KZN', 'TOYOTA'),
    store('newcastle', 'Newcastle', 'KZN', 'TOYOTA'),
    store('polokwane', 'Polokwane', 'REST', 'TOYOTA'),
    store('kimberley', 'Kimberley', 'REST', 'TOYOTA'),
    store('upington', 'Upington', 'REST', 'TOYOTA'),
    store('gqeberha', 'Gqeberha', 'REST', 'TOYOTA'),
  ],
}

const kaap: GroupPlan = {
  code: 'kaap',
  name: 'Kaap Autohaus',
  kind: 'FRANCHISE_GROUP',
  parent: null,
  marketingContactMasked: true,
  entities: ['Kaap Autohaus (Pty) Ltd', 'Kaap Autohaus Tuinroete (Pty) Ltd'],
  stores: [
    store('foreshore', 'Cape Town', 'WC', 'VW+AUDI'),
    store('claremont', 'Claremont', 'WC', 'VW+AUDI'),
    store('tygervalley', 'Bellville', 'WC', 'VW'),
    store('stellenbosch', 'Stellenbosch', 'WC', 'VW+AUDI'),
    store('vredenburg', 'Vredenburg', 'WC', 'VW'),
    store('george', 'George', 'WC', 'VW+AUDI', 1),
    store('knysna', 'Knysna', 'WC', 'VW', 1),
  ],
}

const ubuntu: GroupPlan = {
  code: 'ubuntu',
  name: 'Ubuntu Mobility Holdings',
  kind: 'PORTFOLIO',
  parent: null,
  marketingContactMasked: false,
  entities: ['Ubuntu Mobility Holdings (Pty) Ltd'],
  stores: [store('rosebank', 'Rosebank', 'GP', 'FORD')],
}

const coast: GroupPlan = {
  code: 'ubuntu-coast',
  name: 'Ubuntu Coast Auto',
  kind: 'INDEPENDENT_GROUP',
  parent: 'ubuntu',
  marketingContactMasked: false,
  entities: ['Ubuntu Coast Auto (Pty) Ltd', 'South Coast Car Company (Pty) Ltd'],
  stores: [
    store('durban', 'Durban', 'KZN', 'SUZUKI+HYUNDAI'),
    store('ballito', 'Ballito', 'KZN', 'SUZUKI'),
    store('pinetown', 'Pinetown', 'KZN', 'FORD'),
    store('richards', 'Richards Bay', 'KZN', 'ISUZU'),
    store('margate', 'Margate', 'KZN', 'KIA', 1),
    { ...store('scottburgh', 'Scottburgh', 'KZN', 'NISSAN', 1), status: 'CLOSED' },
  ],
}

const highveld: GroupPlan = {
  code: 'ubuntu-highveld',
  name: 'Ubuntu Highveld Motors',
  kind: 'INDEPENDENT_GROUP',
  parent: 'ubuntu',
  marketingContactMasked: false,
  entities: ['Ubuntu Highveld Motors (Pty) Ltd', 'Highveld Multi-Franchise (Pty) Ltd'],
  stores: [
    store('randburg', 'Randburg', 'GP', 'SUZUKI+KIA'),
    store('fourways', 'Fourways', 'GP', 'GWM+CHERY'),
    store('benoni', 'Benoni', 'GP', 'HYUNDAI'),
    store('hatfield', 'Pretoria', 'GP', 'FORD+MAHINDRA'),
    store('midrand', 'Midrand', 'GP', 'GWM', 1),
    store('vaal', 'Vanderbijlpark', 'GP', 'ISUZU', 1),
    store('krugersdorp', 'Krugersdorp', 'GP', 'CHERY', 1),
  ],
}

const inland: GroupPlan = {
  code: 'ubuntu-inland',
  name: 'Ubuntu Inland Motors',
  kind: 'INDEPENDENT_GROUP',
  parent: 'ubuntu',
  marketingContactMasked: false,
  entities: ['Ubuntu Inland Motors (Pty) Ltd', 'Ubuntu Motors Namibia (Pty) Ltd'],
  stores: [
    store('bloem', 'Bloemfontein', 'REST', 'FORD+ISUZU'),
    store('welkom', 'Welkom', 'REST', 'SUZUKI'),
    store('mbombela', 'Mbombela', 'REST', 'HYUNDAI+KIA'),
    store('rustenburg', 'Rustenburg', 'REST', 'MAHINDRA'),
    store('windhoek', 'Windhoek', 'NA', 'GWM+CHERY', 1),
  ],
}

/** Six groups for development: a single-brand group, a franchise of two entities, a portfolio with three children. */
export const plansS: readonly GroupPlan[] = [karoo, kaap, ubuntu, coast, highveld, inland]
