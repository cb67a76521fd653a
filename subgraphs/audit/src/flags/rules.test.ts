import type { LoggedEvent } from '../followers/index.js'
import { count, emptyState, type RuleState } from './count.js'
import { flagId } from './flag-id.js'
import { flagRules } from './index.js'
import { KnownSurroundings } from './surroundings.js'

const ids = {
  tenant: 'a'.repeat(8),
  person: 'b'.repeat(8),
  grant: 'c'.repeat(8),
  store: 'd'.repeat(8),
  other: 'e'.repeat(8),
}
const uuid = (name: keyof typeof ids) => `${ids[name]}-0000-4000-8000-000000000000`
const noon = new Date('2026-11-20T10:00:00Z')
const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
const around = new KnownSurroundings([
  { tenantId: uuid('tenant'), storeId: uuid('store'), zone: 'Africa/Johannesburg' },
  { tenantId: uuid('tenant'), storeId: uuid('other'), zone: 'Pacific/Auckland' },
])
around.grant(uuid('tenant'), uuid('grant'), [uuid('store')])

const event = (parts: Partial<LoggedEvent>): LoggedEvent => ({
  tenantId: uuid('tenant'),
  index: 1,
  eventId: '1',
  batch: 1,
  recordedAt: noon,
  actorId: uuid('person'),
  principal: 'DEALER_SALES',
  grantId: null,
  requestId: 'request',
  action: 'lead.created',
  outcome: 'ALLOW',
  storeId: uuid('store'),
  targetType: 'Lead',
  targetId: uuid('other'),
  detail: {},
  ...parts,
})

/** Whether a rule raises a flag over some events. */
function raises(id: string, events: readonly Partial<LoggedEvent>[]): boolean {
  const rule = flagRules.find((one) => one.id === id)
  if (!rule) throw new Error(`no rule ${id}`)
  const states = new Map<string, RuleState>()
  let isRaised = false
  for (const [n, parts] of events.entries()) {
    const one = event({ eventId: String(n + 1), ...parts })
    const hit = rule.look(one, around)
    if (!hit) continue
    const { state, raised } = count(states.get(hit.about) ?? emptyState, hit, {
      rule,
      at: one.recordedAt,
      eventId: one.eventId,
    })
    states.set(hit.about, state)
    isRaised ||= raised !== null
  }
  return isRaised
}

const support = { principal: 'PLATFORM_SUPPORT', action: 'supportAccess.read', grantId: uuid('grant') }
const of = (n: number, parts: Partial<LoggedEvent>, seconds = 1) =>
  Array.from({ length: n }, (_one, place) => ({ ...parts, recordedAt: later(place * seconds) }))
const refused = { action: 'access.refused', outcome: 'DENY' as const }
const night = new Date('2026-11-20T19:00:00Z') // 21:00 in Johannesburg
const key = (reason: string) => ({ action: 'apiKey.refused', principal: 'PARTNER', detail: { reason } })
const shown = (n: number) => ({
  action: 'personalData.read',
  detail: { records: { Customer: n, Store: 900 } },
})

/** Each rule: what raises it, and what only looks like it. */
const cases: Readonly<
  Record<string, readonly [readonly Partial<LoggedEvent>[], readonly Partial<LoggedEvent>[]]>
> = {
  'support-without-ticket': [[{ ...support, grantId: null }], [support]],
  'support-outside-stores': [
    [{ ...support, storeId: uuid('other') }],
    [support, { ...support, storeId: null }],
  ],
  'trail-read-by-support': [
    [{ principal: 'PLATFORM_SUPPORT', action: 'auditTrail.read' }],
    [{ principal: 'DEALER_ADMIN', action: 'auditTrail.read' }],
  ],
  'bulk-personal-reads': [of(2, shown(100)), [shown(199)]],
  'break-glass': [
    [{ action: 'breakGlass.started', targetType: 'SupportGrant' }],
    [{ action: 'approval.requested' }],
  ],
  'night-use': [
    of(5, { principal: 'DEALER_ADMIN' }).map((one) => ({ ...one, recordedAt: night })),
    of(5, { principal: 'DEALER_ADMIN' }),
  ],
  'boundary-probing': [
    of(10, { ...refused, detail: { code: 'NOT_FOUND' } }, 59),
    of(30, { ...refused, detail: { code: 'CONFLICT' } }),
  ],
  'denial-burst': [
    [...of(19, { action: 'access.denied' }), { action: 'access.denied', detail: { count: 5 } }],
    of(19, { action: 'access.denied' }),
  ],
  'sign-in-failures': [
    of(10, { action: 'account.signInFailed' }, 30),
    of(20, { action: 'account.signInFailed' }, 120),
  ],
  'dead-key-used': [[key('KEY_REVOKED')], of(19, key('KEY_ADDRESS_REFUSED'))],
  'key-refusals': [of(20, key('KEY_ADDRESS_REFUSED')), of(30, key('KEY_EXPIRED'))],
  'evidence-export': [
    [{ action: 'evidence.exported', principal: 'SYSTEM' }],
    [{ action: 'incident.closed' }],
  ],
}

describe('a rule', () => {
  it('MUST have a case each', () => {
    expect(Object.keys(cases).sort()).toEqual(flagRules.map(({ id }) => id).sort())
    expect(new Set(flagRules.map(({ id }) => id)).size).toBe(flagRules.length)
  })

  it.each(Object.entries(cases))(
    'FLG-01 MUST find what it is for and not what is near: %s',
    (id, [hit, miss]) => {
      expect(raises(id, hit)).toBe(true)
      expect(raises(id, miss)).toBe(false)
    },
  )

  it('FLG-02 MUST know the hour of the store, and of most stores where none is named', () => {
    const five = (parts: Partial<LoggedEvent>) => of(5, { principal: 'DEALER_ADMIN', ...parts })

    expect(raises('night-use', five({ storeId: uuid('other') }))).toBe(true) // 23:00 in Auckland
    expect(raises('night-use', five({ storeId: null }))).toBe(false)
    expect(raises('night-use', five({ principal: 'DEALER_SALES', storeId: uuid('other') }))).toBe(false)
  })

  it('FLG-03 MUST count one person apart from another', () => {
    const one = of(9, { ...refused, detail: { code: 'NOT_FOUND' } })

    expect(
      raises('boundary-probing', [...one, ...one.map((each) => ({ ...each, actorId: uuid('other') }))]),
    ).toBe(false)
  })
})

describe('what a rule counts', () => {
  const rule = { window: 100, threshold: 3 }
  const run = (seconds: readonly number[]) => {
    let state: RuleState = emptyState
    return seconds.map((at, n) => {
      const counted = count(state, { about: 'x', weight: 1 }, { rule, at: later(at), eventId: String(n) })
      state = counted.state
      return counted.raised
    })
  }

  it('FLG-04 MUST reach over the edge of any fixed interval, and forget what is older than the window', () => {
    expect(run([95, 99, 101]).at(-1)).toEqual({ first: '0', amount: 3, isNew: true })
    expect(run([0, 60, 120, 180, 240]).every((raised) => raised === null)).toBe(true)
  })

  it('FLG-05 MUST add to one flag while hits go on, and begin another after a window of rest', () => {
    const raised = run([0, 1, 2, 50, 149, 250, 251, 252])

    expect(raised.slice(2, 5)).toEqual([
      { first: '0', amount: 3, isNew: true },
      { first: '0', amount: 1, isNew: false },
      { first: '0', amount: 1, isNew: false },
    ])
    expect(raised.slice(5)).toEqual([null, null, { first: '5', amount: 3, isNew: true }])
  })

  it('FLG-06 MUST stay small however much is counted', () => {
    let state: RuleState = emptyState
    for (let n = 0; n < 5000; n++)
      ({ state } = count(
        state,
        { about: 'x', weight: 1 },
        {
          rule: { window: 600, threshold: 1e9 },
          at: later(n),
          eventId: String(n),
        },
      ))

    expect(state.parts.length).toBeLessThanOrEqual(11)
  })

  it('FLG-07 MUST give a flag the same id whenever it is made', () => {
    const id = flagId('a-rule', uuid('tenant'), 'x', '1')

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(flagId('a-rule', uuid('tenant'), 'x', '1')).toBe(id)
    expect(flagId('a-rule', uuid('tenant'), 'x', '2')).not.toBe(id)
  })
})
