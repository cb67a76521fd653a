import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { apportion } from './apportion.js'
import { arrivalTimes, day, hour, minute } from './arrival-times.js'
import { canaryCurrency } from './canaries.js'
import { copyText } from './copy-rows.js'
import { demoRows } from './demo-rows.js'
import { canariesOf, type DemoProfile, demoApiKey, demoNetwork } from './index.js'
import { History } from './lead-states.js'
import { Random, uuidOf } from './random.js'
import { StoreCalendar } from './store-calendar.js'
import { columns, type DemoTable, demoTables } from './table-columns.js'

const now = new Date('2026-03-18T09:41:33Z')
const mac = (secret: string) => createHash('sha256').update(secret).digest()
type Row = Readonly<Record<string, string | null>>

const unescapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
const unescaped = (text: string) =>
  text === '\\N' ? null : text.replace(/\\(.)/g, (_, one: string) => unescapes[one] ?? one)

/** All rows of a profile, read back from the text that COPY gets. */
function rowsOf(profile: DemoProfile): Record<DemoTable, Row[]> {
  const rows = Object.fromEntries(demoTables.map((table) => [table, [] as Row[]])) as Record<DemoTable, Row[]>
  for (const batch of demoRows(demoNetwork(profile), now, mac))
    for (const table of demoTables)
      for (const line of batch.pieces(table).join('').split('\n').slice(0, -1)) {
        const cells = line.split('\t').map(unescaped)
        rows[table].push(
          Object.fromEntries(columns[table].map((name, index) => [name, cells[index] ?? null])),
        )
      }
  return rows
}

function digestOf(profile: DemoProfile): string {
  const digest = createHash('sha256')
  for (const batch of demoRows(demoNetwork(profile), now, mac))
    for (const table of demoTables) for (const piece of batch.pieces(table)) digest.update(piece)
  return digest.digest('hex')
}

/** `table.column` → class, of every column that a migration of dealer-ops classifies as personal. */
function personalColumns(): string[] {
  const folder = join(__dirname, '../../../subgraphs/dealer-ops/migrations')
  const sql = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const found = sql
    .join('\n')
    .matchAll(/comment on column (\S+) is 'class:(CONTACT|IDENTITY|FINANCIAL|BODY|BEHAVIOUR|SPECIAL)'/g)
  // an amount cannot hold a word
  return [...found].map(([, column]) => column ?? '').filter((column) => !column.endsWith('.budget_cents'))
}

const xs = rowsOf('XS')
const network = demoNetwork('XS')

describe('the demo network', () => {
  it('is the same every time it is made', () => {
    expect(demoNetwork('S')).toEqual(demoNetwork('S'))
    expect(digestOf('XS')).toBe(digestOf('XS'))
  })

  it('shares no id between its profiles', () => {
    const ids = (profile: DemoProfile) => demoNetwork(profile).stores.map((store) => store.id)

    expect(new Set([...ids('XS'), ...ids('S')]).size).toBe(45)
  })

  it.each([
    ['XS', { groups: 2, legalEntities: 3, stores: 5, users: 30 }],
    ['S', { groups: 6, legalEntities: 10, stores: 40, users: 500 }],
  ] as const)('has the size of %s', (profile, sizes) => {
    const { groups, legalEntities, stores, users } = demoNetwork(profile)
    const made = { groups, legalEntities, stores, users }

    expect(Object.fromEntries(Object.entries(made).map(([name, rows]) => [name, rows.length]))).toEqual(sizes)
  })

  it('has as many rows as its profile says', () => {
    expect({
      leads: xs['dealer_ops.lead'].length,
      customers: xs['dealer_ops.customer'].length,
      conversations: xs['dealer_ops.conversation'].length,
      appointments: xs['dealer_ops.appointment'].length,
    }).toEqual({ leads: 500, customers: 380, conversations: 430, appointments: 150 })
    expect(Math.abs(xs['dealer_ops.message'].length - 3_000)).toBeLessThan(200)
  })

  it('names the stores that tests use', () => {
    expect(network.stores.map((store) => store.code)).toEqual([
      'north-one',
      'north-two',
      'north-three',
      'south-one',
      'south-two',
    ])
  })

  it('has a store in another time zone and a portfolio with groups of its own', () => {
    const { stores, groups } = demoNetwork('S')
    const portfolio = groups.find((group) => group.kind === 'PORTFOLIO')

    expect(stores.filter((store) => store.timezone === 'Africa/Windhoek')).toHaveLength(1)
    expect(groups.filter((group) => group.parentId === portfolio?.id)).toHaveLength(3)
    expect(groups.filter((group) => group.marketingContactMasked).map((group) => group.code)).toEqual([
      'kaap',
    ])
  })
})

describe.each(['XS', 'S'] as const)('the people of %s', (profile) => {
  const { groups, stores, users, memberships } = demoNetwork(profile)
  const count = (role: string, tenantId: string, storeId: string | null) =>
    memberships.filter((one) => one.role === role && one.tenantId === tenantId && one.storeId === storeId)
      .length

  it('staff the platform, every group and every store', () => {
    const platform = '00000000-0000-0000-0000-000000000000'

    expect([count('PLATFORM_OWNER', platform, null), count('PLATFORM_SUPPORT', platform, null)]).toEqual([
      2, 2,
    ])
    for (const group of groups) expect(count('DEALER_ADMIN', group.id, null)).toBe(2)
    for (const store of stores) {
      expect(count('DEALER_SALES', store.groupId, store.id)).toBeGreaterThanOrEqual(3)
      expect(count('DEALER_MARKETING', store.groupId, store.id)).toBe(1)
    }
    expect(memberships.filter((one) => one.role === 'DEALER_ADMIN' && one.storeId !== null)).toHaveLength(
      groups.length,
    )
  })

  it('include one in two stores, one who has left and one who is deactivated', () => {
    const both = users.filter((user) => memberships.filter((one) => one.userId === user.id).length > 1)

    expect(both.map((user) => user.email)).toEqual([`sales-2@${stores[0]?.code}.example.test`])
    expect(memberships.filter((one) => one.endedDaysAgo !== null)).toHaveLength(1)
    expect(users.filter((user) => user.status === 'DEACTIVATED')).toHaveLength(1)
    expect(new Set(users.map((user) => user.email)).size).toBe(users.length)
  })
})

describe.each(['XS', 'S'] as const)('the keys of %s', (profile) => {
  const { apiKeys, stores } = demoNetwork(profile)

  it('are one per store and three for the exceptions', () => {
    const kinds = apiKeys.map((key) => key.kind).filter((kind) => kind !== 'STORE')

    expect(apiKeys).toHaveLength(stores.length + 3)
    expect(kinds).toEqual(['FULL', 'EXPIRED', 'REVOKED'])
    for (const key of apiKeys) expect(key.storeIds).toHaveLength(1)
  })

  it('are presented with their id, a secret and a checksum over both', () => {
    for (const { id } of apiKeys) {
      const [, uuid, secret, check] =
        /^autora_live_([0-9a-f]{32})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/.exec(demoApiKey(id)) ?? []

      expect(uuid).toBe(id.replaceAll('-', ''))
      expect(numberOf(check ?? '')).toBe(crc32(`autora_live_${uuid}_${secret}`))
    }
    expect(new Set(apiKeys.map((key) => demoApiKey(key.id))).size).toBe(apiKeys.length)
  })
})

const numberOf = (base62: string) => {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return [...base62].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
}

describe('canaries', () => {
  const canaries = canariesOf(network)
  const idOf: Partial<
    Record<DemoTable, [column: string, from: 'customerId' | 'leadId' | 'messageId' | 'appointmentId']>
  > = {
    'dealer_ops.customer': ['id', 'customerId'],
    'dealer_ops.customer_phone': ['customer_id', 'customerId'],
    'dealer_ops.customer_email': ['customer_id', 'customerId'],
    'dealer_ops.lead': ['id', 'leadId'],
    'dealer_ops.lead_vehicle': ['lead_id', 'leadId'],
    'dealer_ops.message': ['id', 'messageId'],
    'dealer_ops.appointment': ['id', 'appointmentId'],
  }
  const held = (name: string) => {
    const [schema, table, column = ''] = name.split('.')
    const path = demoTables.find((one) => one === `${schema}.${table}`)
    const [key, from] = (path ? idOf[path] : null) ?? []
    if (!path || !key || !from) return canaries.map(() => [])
    return canaries.map((one) => xs[path].filter((row) => row[key] === one[from]).map((row) => row[column]))
  }

  it.each(personalColumns())('sit in %s of every store', (name) => {
    const texts = held(name)

    expect(texts).toHaveLength(5)
    for (const [index, found] of texts.entries()) {
      const values = name.endsWith('.budget_currency') ? [canaryCurrency] : (canaries[index]?.values ?? [])
      expect(values.filter((value) => found.includes(value))).not.toEqual([])
    }
  })

  it('are of one store only, and nobody else says such things', () => {
    const all = canaries.flatMap((one) => one.values)
    const rows = demoTables.filter((table) => table.startsWith('dealer_ops.')).flatMap((table) => xs[table])
    const cells = rows.flatMap((row) => Object.values(row).map((cell) => ({ cell, storeId: row.store_id })))

    expect(new Set(all).size).toBe(all.length)
    for (const { storeId, values } of canaries) {
      const seen = cells.filter(({ cell }) => values.some((value) => cell?.includes(value)))
      expect(seen.length).toBeGreaterThanOrEqual(values.length)
      expect(seen.filter((one) => one.storeId !== storeId)).toEqual([])
    }
  })

  it('fit where their names are long', () => {
    for (const { values } of canariesOf(demoNetwork('S'))) {
      expect(values.filter((value) => value.endsWith('-own_vin')).every((value) => value.length <= 40)).toBe(
        true,
      )
      expect(values.length).toBeGreaterThanOrEqual(17)
    }
  })
})

describe('rows', () => {
  it('reach nobody: addresses of example domains, numbers in their normal form', () => {
    for (const row of xs['dealer_ops.customer_email']) {
      expect(row.normalized).toMatch(/^[^@]+@([a-z]+\.)*(example\.(com|org|test)|test)$/)
      expect(row.normalized).toBe(row.address?.toLowerCase())
    }
    for (const { e164 } of xs['dealer_ops.customer_phone']) if (e164) expect(e164).toMatch(/^\+[0-9]{10,12}$/)
  })

  it('lie before the moment of seeding, appointments excepted', () => {
    const past = [
      'received_at',
      'first_response_at',
      'closed_at',
      'changed_at',
      'sent_at',
      'created_at',
      'recorded_at',
    ]
    for (const table of demoTables)
      for (const row of xs[table])
        for (const column of past)
          if (row[column]) expect(Date.parse(row[column])).toBeLessThanOrEqual(now.getTime())
  })

  it('tell every lead of a partner as the act of the key of its store', () => {
    const keys = new Map(network.apiKeys.map((key) => [key.id, key.storeIds[0]]))
    const created = xs['audit.event'].filter((event) => event.action === 'lead.created')
    const partners = created.filter((event) => event.actor_principal === 'PARTNER')

    expect(created).toHaveLength(500)
    expect(partners).toHaveLength(xs['dealer_ops.lead'].filter((lead) => lead.submitted_by !== null).length)
    for (const event of partners) expect(keys.get(event.actor_id ?? '')).toBe(event.store_id)
  })

  it('keep odd names exactly, one person at three stores and a phone that two people share', () => {
    const customers = xs['dealer_ops.customer']
    const phones = xs['dealer_ops.customer_phone']
    const storesOf = (e164: string) =>
      phones.filter((phone) => phone.e164 === e164).map((phone) => phone.store_id)

    expect(customers.map((one) => one.first_name)).toEqual(
      expect.arrayContaining(["O'Brien <script>", "=cmd|' /C calc'!A0", '\\N']),
    )
    expect(customers.filter((one) => one.first_name?.length === 255)).toHaveLength(1)
    expect(new Set(storesOf('+27835550199')).size).toBe(3)
    expect([storesOf('+27825550143').length, new Set(storesOf('+27825550143')).size]).toEqual([2, 1])
  })
})

describe('a history', () => {
  it('refuses a step that the state machine does not know', () => {
    const history = new History(0, 'somebody', 10 * hour)

    expect(() => history.advance('WON', hour, 'somebody')).toThrow(RangeError)
    expect(history.steps).toHaveLength(1)
  })

  it('ends where the future begins', () => {
    const history = new History(0, 'somebody', 2 * hour)

    expect(history.advance('ASSIGNED', hour, 'somebody')).toBe(true)
    expect(history.advance('CONTACTED', 3 * hour, 'somebody')).toBe(false)
    expect(history.last.to).toBe('ASSIGNED')
  })
})

describe('the parts', () => {
  it('split a number exactly', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    })
    fc.assert(
      fc.property(fc.nat(100_000), weights, (total, shares) => {
        const parts = apportion(total, shares)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total)
        expect(parts.every((part) => part >= 0)).toBe(true)
      }),
    )
  })

  it('write text so that COPY reads it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = copyText(text)
        expect(written).not.toMatch(/[\t\n\r]/)
        expect(unescaped(written)).toBe(text)
      }),
    )
    expect(copyText(['a"b', 'c\\d'])).toBe('{"a\\\\"b","c\\\\\\\\d"}')
    expect(copyText(Buffer.from([1, 171]))).toBe('\\\\x01ab')
  })

  it('make uuids of version 8', () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

    expect(uuidOf('a')).toMatch(form)
    expect(new Random('a').uuid()).toMatch(form)
    expect(uuidOf('a')).not.toBe(uuidOf('b'))
  })

  it('let leads come in around eleven and eight, more than a third outside store hours', () => {
    const period = { start: now.getTime() - 180 * day, end: now.getTime() }
    const times = arrivalTimes(new Random('times'), period, 20_000)
    const local = times.map((at) => new Date(at + 2 * hour))
    const open = local.filter((at) => {
      const clock = at.getUTCHours() + at.getUTCMinutes() / 60
      return at.getUTCDay() === 6
        ? clock >= 8.5 && clock < 13
        : at.getUTCDay() !== 0 && clock >= 8 && clock < 17.5
    })
    const inHour = (wanted: number) => local.filter((at) => at.getUTCHours() === wanted).length

    expect(1 - open.length / times.length).toBeCloseTo(0.38, 1)
    expect(inHour(11)).toBeGreaterThan(inHour(14))
    expect(inHour(20)).toBeGreaterThan(inHour(17))
    expect(times.every((at) => at % minute === 0)).toBe(true)
  })

  it('give no hour of a resource away twice', () => {
    const calendar = new StoreCalendar(10)
    const random = new Random('slots')
    const slots = Array.from({ length: 500 }, () => calendar.reserve(random, now.getTime()))

    expect(new Set(slots.map((slot) => `${slot.resource}@${slot.startsAt}`)).size).toBe(500)
  })
})
