import { encodeId, type IdentifiedType, idPrefixes } from '@autora/shared/request'
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql'

/** A number from 0 to below 1, the same row of them for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A thing that is there. */
export interface Thing {
  readonly type: IdentifiedType
  readonly id: string
  readonly tenantId: string
  readonly version: number | null
}

/** Where the things of each type lie; a type that is not here gets ids that nothing has. */
export const homes: Readonly<Partial<Record<IdentifiedType, string>>> = {
  DealerGroup: 'identity.dealer_group',
  LegalEntity: 'identity.legal_entity',
  Store: 'identity.store',
  User: 'identity.user_account',
  Membership: 'identity.membership',
  PartnerApp: 'identity.partner_app',
  ApiKey: 'identity.api_key',
  SupportGrant: 'identity.support_grant',
  Session: 'identity.session',
  Approval: 'identity.approval_request',
  Invoice: 'identity.invoice',
  IdentityProvider: 'identity.identity_provider',
  ExternalIdentity: 'identity.external_identity',
  Customer: 'dealer_ops.customer',
  Lead: 'dealer_ops.lead',
  Conversation: 'dealer_ops.conversation',
  Message: 'dealer_ops.message',
  Appointment: 'dealer_ops.appointment',
  IntakePayload: 'dealer_ops.intake_payload',
  Incident: 'audit.incident',
  LegalHold: 'audit.legal_hold',
  Erasure: 'audit.erasure',
  AuditStream: 'audit.event_stream',
  AuditExport: 'audit.export_request',
}

/** Words that stand for a type where its own name does not. */
const meant: readonly (readonly [RegExp, IdentifiedType])[] = [
  [/^(field|customer|subject)/, 'Customer'],
  [/^intake/, 'IntakePayload'],
  [/^app/i, 'PartnerApp'],
  [/^grant/, 'SupportGrant'],
  [/^hold/, 'LegalHold'],
  [/^stream/, 'AuditStream'],
  [/^provider/, 'IdentityProvider'],
  [/^parent/, 'DealerGroup'],
  [/^(assignee|user|invitation)/, 'User'],
]

const typeNames = (Object.keys(idPrefixes) as IdentifiedType[]).sort((a, b) => b.length - a.length)

/** The type that a word begins with: `leadId`, or `leadAssign` where the field is just `id`. */
export function typeOf(word: string): IdentifiedType | undefined {
  const own = typeNames.find((name) => word.toLowerCase().startsWith(name.toLowerCase()))
  return own ?? meant.find(([form]) => form.test(word))?.[1]
}

const words: readonly (readonly [RegExp, readonly string[]])[] = [
  [/email/i, ['fuzz@example.test', 'other@example.test', 'third@example.test', 'no address']],
  [/phone|mobile/i, ['+27821234567', '0821234567', '12']],
  [/country/i, ['ZA', 'NA', 'ZA', 'Nowhere']],
  [/timezone/i, ['Africa/Johannesburg', 'Mars/Base']],
  [/currency/i, ['ZAR', 'XX']],
  [/period/i, ['2026-10', '2026-11', 'soon']],
  [/scopes/i, ['leads:create', 'appointments:read', 'everything']],
  [/issuer|uri/i, ['https://idp.example.test', 'http://plain.example.test']],
  [/brand/i, ['TOYOTA', 'VW', 'NOBRAND']],
  [/loosest/i, ['OFF', 'FOUR_EYES', 'REDACTED', 'MASKED', 'ASSIGNED', 'STORE']],
  [/^value$/i, ['8001015009087', '1980-01-01', 'x']],
  [/ip(Allow|Deny)/, ['10.0.0.0/8', '300.1.1.1']],
  [/jkt/i, ['NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'x']],
  [/openingHours/, ['Mo-Fr 08:00-17:00', 'always']],
  [/ticket/i, ['SUP-11']],
  [
    /reason|summary|note|comment|body|explanation|purpose|lostReason/i,
    ['Somebody asked for it on the phone', 'It has to be so from today on'],
  ],
]
const odd = ['', ' ', 'x'.repeat(5000), `'; drop table audit.event; --`, '\u202e\ud83d\ude97', '{"a":1}', '0']
const oddNumbers = [0, -1, 2 ** 31 - 1, 366]
const numbers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/minutes/i, [30, 60, 240]],
  [/days|hours|months/i, [24, 30, 60]],
  [/seats|quantity|rate/i, [2, 5]],
  [/cents/i, [100, 249_900]],
  [/year/i, [2019, 2024]],
]
const DAY = 86_400_000

/** Draws input: mostly what fits, sometimes what does not, always the same for the same seed. */
export class FuzzValues {
  private made = 0

  /** @param random - from 0 to below 1. @param now - times are drawn around it. */
  constructor(
    private readonly random: () => number,
    private readonly now: number,
  ) {}

  /** Draws one of these. @throws {Error} when there is none. */
  pick<T>(from: readonly T[]): T {
    const one = from[Math.floor(this.random() * from.length)]
    if (one === undefined) throw new Error('nothing to draw from')
    return one
  }

  /** Nine times of ten. */
  isUsual = (): boolean => this.random() < 0.9

  /** Draws a value for an argument or a field of an input. @param mutation - tells what a bare `id` means. */
  value(type: GraphQLInputType, name: string, mutation: string, things: readonly Thing[]): unknown {
    if (isNonNullType(type)) return this.value(type.ofType, name, mutation, things)
    if (isListType(type))
      return Array.from({ length: this.isUsual() ? 1 + Math.floor(this.random() * 2) : 0 }, () =>
        this.value(type.ofType, name, mutation, things),
      )
    if (isEnumType(type)) return this.pick(type.getValues()).name
    if (isInputObjectType(type)) return this.object(type.getFields(), mutation, things)
    if (type.name === 'Boolean') return this.random() < 0.75
    if (type.name === 'Int' || type.name === 'Float') return this.number(name)
    if (type.name === 'DateTime') return this.time(name)
    return type.name === 'ID' ? this.id(name, mutation, things).text : this.text(name)
  }

  private object(
    fields: Readonly<Record<string, { readonly name: string; readonly type: GraphQLInputType }>>,
    mutation: string,
    things: readonly Thing[],
  ): unknown {
    const given: Record<string, unknown> = {}
    const { text, version } = this.id('id', mutation, things)
    for (const { name, type } of Object.values(fields)) {
      if (!isNonNullType(type) && this.random() < 0.5) continue
      if (name === 'id') given[name] = text
      else if (name === 'version') given[name] = this.random() < 0.8 ? (version ?? 1) : this.number(name)
      else given[name] = this.value(type, name, mutation, things)
    }
    return given
  }

  private id(name: string, mutation: string, things: readonly Thing[]) {
    const type = typeOf(name === 'id' ? mutation : name)
    const fitting = things.filter((thing) => thing.type === type)
    if (fitting.length === 0 || this.random() < 0.05)
      return { text: this.pick(['led_00000000000040008000000000000000', 'nothing']), version: null }
    const thing = this.pick(fitting)
    return { text: encodeId(thing.type, thing.id), version: thing.version }
  }

  private number(name: string): number {
    const usual = numbers.find(([form]) => form.test(name))?.[1] ?? [1, 2, 3]
    return this.pick(this.random() < 0.05 ? oddNumbers : usual)
  }

  private time(name: string): string {
    const days = Math.floor(this.random() * 20)
    return new Date(
      this.now + days * DAY + (/^(ends|validTo|dueAt)/.test(name) ? 30 * 60_000 : 0),
    ).toISOString()
  }

  private text(name: string): string {
    if (this.random() < 0.04) return this.pick(odd)
    const known = words.find(([form]) => form.test(name))?.[1]
    this.made += 1
    return known ? this.pick(known) : `fuzz-${this.made}`
  }
}
