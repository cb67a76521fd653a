import type { RowSink } from './copy-rows.js'
import type { Step } from './lead-states.js'
import type { LeadStory } from './lead-story.js'
import type { DemoLead } from './leads.js'
import type { StoreWorld } from './store-world.js'

type Event = {
  readonly at: number
  readonly tenantId: string
  readonly storeId: string | null
  readonly actorId: string
  readonly principal: string
  readonly action: string
  readonly targetType: string
  readonly targetId: string
  readonly detail: Readonly<Record<string, string | null>>
}

/**
 * The trail as it would have been written: events wait here until everything before them is known, and leave in the
 * order of their time. Request ids are `demo-0000001` and so on, in that order.
 */
export class AuditTrail {
  readonly #auditsEveryChange: boolean
  #waiting: Event[] = []
  #written = 0

  /** @param auditsEveryChange - whether each change of status is told, or only the last. */
  constructor(auditsEveryChange: boolean) {
    this.#auditsEveryChange = auditsEveryChange
  }

  /** Adds one event. */
  add(event: Event): void {
    this.#waiting.push(event)
  }

  /** Adds what happened to a lead. Who delivered it by key is a partner, everybody else here is in sales. */
  addLead(world: StoreWorld, lead: DemoLead, story: LeadStory): void {
    const [created, ...changes] = story.steps
    this.#addStep(world, lead, created, 'lead.created', { source: lead.source })
    for (const step of this.#auditsEveryChange ? changes : changes.slice(-1))
      this.#addStep(world, lead, step, 'lead.statusChanged', { from: step.from, to: step.to })
  }

  /** Writes the events before `until`, oldest first; of two at the same time the one that was added first. */
  flush(sink: RowSink, until: number): void {
    const due = this.#waiting.filter((event) => event.at < until)
    this.#waiting = this.#waiting.filter((event) => event.at >= until)
    for (const event of due.sort((left, right) => left.at - right.at)) this.#write(sink, event)
  }

  #addStep(world: StoreWorld, lead: DemoLead, step: Step, action: string, detail: Event['detail']): void {
    this.add({
      at: step.at,
      tenantId: world.store.groupId,
      storeId: world.store.id,
      actorId: step.by,
      principal: step.by === world.keyId ? 'PARTNER' : 'DEALER_SALES',
      action,
      targetType: 'Lead',
      targetId: lead.id,
      detail,
    })
  }

  #write(sink: RowSink, event: Event): void {
    this.#written += 1
    sink.put('audit.event', {
      tenant_id: event.tenantId,
      recorded_at: new Date(event.at),
      actor_id: event.actorId,
      actor_principal: event.principal,
      grant_id: null,
      request_id: `demo-${String(this.#written).padStart(7, '0')}`,
      action: event.action,
      outcome: 'ALLOW',
      store_id: event.storeId,
      target_type: event.targetType,
      target_id: event.targetId,
      detail: JSON.stringify(event.detail),
    })
  }
}
