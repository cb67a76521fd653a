import type { RowSink } from './copy-rows.js'
import { companyName, personName } from './names.js'
import { customerPhone, type DemoPhone } from './phone.js'
import { Random } from './random.js'
import type { StoreWorld } from './store-world.js'

/** A customer of a store, with all that is known of how to reach him. */
export interface DemoCustomer {
  readonly id: string
  readonly kind: 'PERSON' | 'JURISTIC'
  readonly firstName: string | null
  readonly lastName: string | null
  readonly company: string | null
  readonly address: string | null
  readonly language: string | null
  readonly phones: readonly DemoPhone[]
  readonly emails: readonly string[]
}

const streets = [
  'Church Street',
  'Voortrekker Road',
  'Nelson Mandela Drive',
  'Long Street',
  'Main Road',
  'Kerkstraat',
  'Jan Smuts Avenue',
  'Albertina Sisulu Road',
  'Steve Biko Street',
  'Beach Road',
  'Protea Avenue',
  'Loop Street',
  'Oak Lane',
  'Mimosastraat',
]
const mailHosts = [
  'example.com',
  'example.com',
  'example.org',
  'post.example.com',
  'kantoor.example.org',
  'mail.test',
]

/** Customer `n` of a store: the same whenever he is asked for, so nobody has to remember him. */
export function customerOf(world: StoreWorld, n: number): DemoCustomer {
  const random = new Random(`${world.seed}/customer/${n}`)
  const id = random.uuid()
  const name = personName(random)
  const isJuristic = random.chance(0.06)
  return {
    id,
    kind: isJuristic ? 'JURISTIC' : 'PERSON',
    firstName: random.chance(0.02) ? null : name.first,
    lastName: name.last,
    company: isJuristic ? companyName(random) : null,
    address: random.chance(0.35) ? addressIn(random, world.store.city) : null,
    language: random.chance(0.8) ? name.language : null,
    phones: Array.from({ length: random.chance(0.13) ? 2 : 1 }, () =>
      customerPhone(random, world.store.country),
    ),
    emails: Array.from({ length: random.weighted(mailCounts) }, () => mailOf(random, name.first, name.last)),
  }
}

const mailCounts = [
  [0, 0.18],
  [1, 0.78],
  [2, 0.04],
] as const

const addressIn = (random: Random, city: string) =>
  `${1 + random.below(240)} ${random.pick(streets)}\n${city}\n${random.digits(4)}`

function mailOf(random: Random, first: string, last: string): string {
  const [one, two] = [plain(first), plain(last)]
  const box = random.pick([`${one}.${two}`, `${one}${two}`, `${one.charAt(0)}${two}`, `${two}.${one}`])
  const address = `${box}${random.below(1_000)}@${random.pick(mailHosts)}`
  return random.chance(0.06) ? address.charAt(0).toUpperCase() + address.slice(1) : address
}

/** Small letters a to z only. */
const plain = (name: string) =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')

/** Writes a customer with his phones and addresses. */
export function putCustomer(
  sink: RowSink,
  world: StoreWorld,
  customer: DemoCustomer,
  createdAt: number,
): void {
  sink.put('dealer_ops.customer', {
    tenant_id: world.store.groupId,
    store_id: world.store.id,
    id: customer.id,
    legal_entity_id: world.store.legalEntityId,
    kind: customer.kind,
    first_name: customer.firstName,
    last_name: customer.lastName,
    company: customer.company,
    address: customer.address,
    language: customer.language,
    created_at: new Date(createdAt),
  })
  for (const [index, { raw, e164, type }] of customer.phones.entries())
    sink.put('dealer_ops.customer_phone', {
      tenant_id: world.store.groupId,
      store_id: world.store.id,
      customer_id: customer.id,
      position: index + 1,
      raw,
      e164,
      type,
    })
  for (const [index, address] of customer.emails.entries())
    sink.put('dealer_ops.customer_email', {
      tenant_id: world.store.groupId,
      store_id: world.store.id,
      customer_id: customer.id,
      position: index + 1,
      address,
      normalized: address.toLowerCase(),
    })
}
