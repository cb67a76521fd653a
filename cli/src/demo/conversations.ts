import { hour, minute } from './arrival-times.js'
import type { RowSink } from './copy-rows.js'
import type { DemoCustomer } from './customers.js'
import type { LeadStory, Telling } from './lead-story.js'
import type { DemoLead } from './leads.js'
import type { Random } from './random.js'
import { callNotes, fill, phrasesOf, subjects } from './texts.js'

/** What a conversation runs over. */
export type Channel = 'WHATSAPP' | 'SMS' | 'EMAIL' | 'CALL_LOG'

/** A message before anybody has written it. */
interface Turn {
  readonly at: number
  readonly direction: 'INBOUND' | 'OUTBOUND'
  readonly isAutomatic: boolean
}

/** A lead with its customer and story: what a conversation is about. */
export interface Talk {
  readonly telling: Telling
  readonly lead: DemoLead
  readonly customer: DemoCustomer
  readonly story: LeadStory
}

/** Mean of answered conversations; with the short unanswered ones the mean of all is 7.4. */
const meanTurns = 8
const mostTurns = 120

/** Writes the conversation of a lead with its messages. */
export function putConversation(sink: RowSink, talk: Talk): void {
  const { telling, lead, customer, story } = talk
  const { random, world } = telling
  const channel = channelOf(random, customer)
  const turns = turnsOf(talk, channel)
  const id = random.uuid()
  const lastReply = turns.findLastIndex((turn) => turn.direction === 'OUTBOUND' && !turn.isAutomatic)
  const unread = turns.filter((turn, index) => turn.direction === 'INBOUND' && index > lastReply).length
  sink.put('dealer_ops.conversation', {
    tenant_id: world.store.groupId,
    store_id: world.store.id,
    id,
    lead_id: lead.id,
    channel,
    state: story.closedAt !== null ? 'CLOSED' : unread > 0 ? 'OPEN' : 'WAITING',
    unread: story.closedAt !== null ? 0 : unread,
    last_message_at: new Date(turns.at(-1)?.at ?? lead.receivedAt),
  })
  putMessages(sink, talk, { id, channel, turns })
}

type Thread = { readonly id: string; readonly channel: Channel; readonly turns: readonly Turn[] }

function putMessages(sink: RowSink, talk: Talk, { id, channel, turns }: Thread): void {
  const { random, world } = talk.telling
  const ends = endsOf(talk, channel)
  const words = wordsOf(talk)
  const subject = channel === 'EMAIL' ? fill(random.pick(subjects), words) : null
  for (const [index, turn] of turns.entries()) {
    const isInbound = turn.direction === 'INBOUND'
    // every column by name: at this many rows copying properties is what takes the time
    sink.put('dealer_ops.message', {
      tenant_id: world.store.groupId,
      store_id: world.store.id,
      id: random.uuid(),
      conversation_id: id,
      direction: turn.direction,
      is_automatic: turn.isAutomatic,
      status: isInbound ? 'RECEIVED' : random.weighted(deliveries),
      subject: subject !== null && index > 0 ? `Re: ${subject}` : subject,
      body: fill(templateOf(talk, channel, turn), words),
      sender: isInbound ? ends.customer : ends.store,
      recipient: isInbound ? ends.store : ends.customer,
      author_id: isInbound || turn.isAutomatic ? null : talk.story.assigneeId,
      sent_at: new Date(turn.at),
    })
  }
}

const deliveries = [
  ['READ', 0.45],
  ['DELIVERED', 0.4],
  ['SENT', 0.12],
  ['FAILED', 0.03],
] as const

/** 22 % WhatsApp, 30 % e-mail, 14 % SMS, 34 % calls of all; only 82 % of customers have an e-mail address. */
const channelOf = (random: Random, customer: DemoCustomer): Channel =>
  random.weighted([
    ['WHATSAPP', 22],
    ['SMS', 14],
    ['CALL_LOG', 34],
    ['EMAIL', customer.emails.length > 0 ? 40.4 : 0],
  ])

/** Who said something when: never later than now, each a minute after the other at least. */
function turnsOf({ telling, lead, story }: Talk, channel: Channel): Turn[] {
  const { random, now } = telling
  const isCall = channel === 'CALL_LOG'
  const answer = story.firstResponseAt
  const turns: Turn[] = []
  const add = (at: number, direction: Turn['direction'], isAutomatic = false) =>
    turns.push({ at, direction, isAutomatic })
  // a call begins with the store's own, unless nobody ever rang back
  if (!isCall || answer === null || lead.source === 'PHONE') add(lead.receivedAt, 'INBOUND')
  if (!isCall && random.chance(0.5)) add(lead.receivedAt + minute, 'OUTBOUND', true)
  if (answer !== null) add(answer, 'OUTBOUND')
  const wanted = answer === null ? turns.length + random.below(3) : random.geometric(meanTurns, mostTurns)
  let at = answer ?? lead.receivedAt + minute
  while (turns.length < wanted) {
    at += minute + Math.floor(random.exponential(6 * hour) / minute) * minute
    if (at > now) break
    add(at, answer === null || random.chance(0.52) ? 'INBOUND' : 'OUTBOUND')
  }
  return turns
}

function endsOf({ telling, customer }: Talk, channel: Channel): { customer: string | null; store: string } {
  const phone = customer.phones[0]
  const { code } = telling.world.store
  return channel === 'EMAIL'
    ? { customer: customer.emails[0] ?? null, store: `sales@${code}.example.test` }
    : { customer: phone?.e164 ?? phone?.raw ?? null, store: code }
}

/** What the templates of a conversation are filled with. */
const wordsOf = ({ telling, lead, customer, story }: Talk) => ({
  name: customer.firstName ?? customer.company ?? '',
  agent: telling.world.names.get(story.assigneeId ?? '') ?? '',
  model: lead.vehicles[0]?.model ?? '',
  store: telling.world.store.name,
})

function templateOf({ telling, customer }: Talk, channel: Channel, turn: Turn): string {
  const phrases = phrasesOf(customer.language ?? 'en-ZA')
  if (turn.isAutomatic) return phrases.automatic
  const notes = channel === 'CALL_LOG' ? callNotes : phrases
  return telling.random.pick(turn.direction === 'INBOUND' ? notes.inbound : notes.outbound)
}
