import { PLATFORM_TENANT } from '@autora/shared/actor'
import type { SystemTx } from '@autora/shared/database'
import type { Follower, LoggedEvent } from '../followers/index.js'
import { count, emptyState, type RuleState } from './count.js'
import { flagId } from './flag-id.js'
import type { FlagRule, Hit } from './rule.js'
import { flagRules, silenceRule } from './rules.js'
import {
  addToFlags,
  type FlagAddition,
  forgetStates,
  keepStates,
  newestBatch,
  noteSilence,
  type StatePlace,
  type StateRow,
  statesIn,
  storeZones,
} from './state-repository.js'
import { KnownSurroundings } from './surroundings.js'

/** Where the stores of a grant are remembered; no rule has this name. */
const GRANTS = 'grant-stores'
/** Milliseconds between two times that old states are forgotten. */
const FORGET_MS = 3_600_000

/** An event that counts for a rule. */
interface RuleHit {
  readonly rule: FlagRule
  readonly hit: Hit
  readonly event: LoggedEvent
}

/** What a rule counts with in one dealer group; a place for a group's own choice. */
export type RuleTerms = (rule: FlagRule, tenantId: string) => Pick<FlagRule, 'window' | 'threshold'>

const keyOf = ({ tenantId, rule, about }: StatePlace) => `${tenantId}/${rule}/${about}`

/** The stores that an event of a grant names, if it does. */
function storesIn({ targetType, detail }: LoggedEvent): readonly string[] | null {
  const { storeIds } = detail
  return targetType === 'SupportGrant' && Array.isArray(storeIds) ? storeIds.map(String) : null
}

/**
 * Raises flags over the log. What a rule counts is kept in the database and committed with the place in the log, so that
 * every event counts once, however often the process starts anew.
 */
export class Flags implements Follower {
  readonly name = 'flags'
  readonly from = 'BEGINNING'
  private forgotAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly rules: readonly FlagRule[] = flagRules,
    private readonly terms: RuleTerms = (rule) => rule,
  ) {}

  async take(tx: SystemTx, events: readonly LoggedEvent[]): Promise<void> {
    const { hits, grants } = await this.hitsIn(tx, events)
    const places = hits.map(({ rule, hit, event }) => ({
      tenantId: event.tenantId,
      rule: rule.id,
      about: hit.about,
    }))
    const known = await statesIn(tx, [...new Map(places.map((place) => [keyOf(place), place])).values()])
    const states = new Map(known.map((row) => [keyOf(row), row]))
    const additions: FlagAddition[] = []
    for (const one of hits) this.countOne(one, states, additions)
    await addToFlags(tx, additions)
    await keepStates(tx, [...states.values(), ...grants])
  }

  async rest(tx: SystemTx): Promise<void> {
    const batch = await newestBatch(tx)
    if (batch && batch.age >= silenceRule.threshold) {
      const { id: rule, version: ruleVersion, severity } = silenceRule
      const id = flagId(rule, PLATFORM_TENANT, 'log', batch.number)
      const amount = Math.floor(batch.age)
      await noteSilence(tx, {
        tenantId: PLATFORM_TENANT,
        id,
        rule,
        ruleVersion,
        severity,
        about: 'log',
        amount,
      })
    }
    if (performance.now() - this.forgotAt < FORGET_MS) return
    this.forgotAt = performance.now()
    await forgetStates(tx)
  }

  /** What counts among some events, in their order, and the grants they tell of. */
  private async hitsIn(
    tx: SystemTx,
    events: readonly LoggedEvent[],
  ): Promise<{ readonly hits: readonly RuleHit[]; readonly grants: readonly StateRow[] }> {
    const around = new KnownSurroundings(await storeZones(tx))
    const used = new Map(
      events.flatMap(({ tenantId, grantId }) =>
        grantId ? [[`${tenantId}/${grantId}`, { tenantId, grantId }]] : [],
      ),
    )
    const places = [...used.values()].map(({ tenantId, grantId }) => ({
      tenantId,
      rule: GRANTS,
      about: grantId,
    }))
    for (const { tenantId, about, state } of await statesIn(tx, places))
      around.grant(tenantId, about, state as readonly string[])
    const hits: RuleHit[] = []
    const grants = new Map<string, StateRow>()
    for (const event of events) {
      const stores = storesIn(event)
      if (stores) {
        const place = { tenantId: event.tenantId, rule: GRANTS, about: event.targetId }
        around.grant(event.tenantId, event.targetId, stores)
        grants.set(keyOf(place), { ...place, state: stores, at: event.recordedAt })
      }
      for (const rule of this.rules) {
        const hit = rule.look(event, around)
        if (hit) hits.push({ rule, hit, event })
      }
    }
    return { hits, grants: [...grants.values()] }
  }

  private countOne(
    { rule, hit, event }: RuleHit,
    states: Map<string, StateRow>,
    additions: FlagAddition[],
  ): void {
    const { tenantId, eventId, recordedAt: at, storeId } = event
    const place = { tenantId, rule: rule.id, about: hit.about }
    const before = (states.get(keyOf(place))?.state as RuleState | undefined) ?? emptyState
    const { state, raised } = count(before, hit, { rule: this.terms(rule, tenantId), at, eventId })
    states.set(keyOf(place), { ...place, state, at })
    if (!raised) return
    additions.push({
      ...place,
      id: flagId(rule.id, tenantId, hit.about, raised.first),
      ruleVersion: rule.version,
      severity: rule.severity,
      storeId,
      amount: raised.amount,
      firstEvent: raised.first,
      lastEvent: eventId,
      at,
    })
  }
}
