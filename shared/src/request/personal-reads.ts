import type { DataClass } from '../access/index.js'
import { encodeId, type IdentifiedType, idPrefixes } from './ids.js'

/** A field whose values say something about one person. */
export interface PersonalField {
  /** Such as `Customer.emails`. */
  readonly coordinate: string
  readonly dataClass: DataClass
  readonly type: string
  /** Whether things of its type have ids of their own. */
  readonly hasId: boolean
}

/** A field that was asked for and not fetched. */
export interface WithheldField {
  readonly coordinate: string
  readonly class: DataClass
  /** The rule that hid it, such as `class:CONTACT/DEALER_MARKETING`. */
  readonly policy: string
  /** How often the operation asks for it. */
  readonly times: number
}

/** What the gateway tells a subgraph of the operation that a call belongs to. */
export interface ToldOperation {
  readonly name: string | null
  /** SHA-256 of the document as the client sent it, in hex. */
  readonly document: string | null
  readonly withheld: readonly WithheldField[]
}

/** How often one field was shown, and how. `policy` names the rule where it was not shown clear. */
export type ShownField = {
  readonly class: DataClass
  readonly clear?: number
  readonly masked?: number
  readonly redacted?: number
  readonly policy?: string
}

/** What one operation showed of people at one subgraph: names of the schema, counts and ids; never a value. */
export type PersonalReadDetail = {
  readonly operation: string | null
  readonly document: string | null
  /** Things of which something personal was shown, or withheld, by type. */
  readonly records: Readonly<Record<string, number>>
  /** The first and the last of them, by type. */
  readonly first: Readonly<Record<string, string>>
  readonly last: Readonly<Record<string, string>>
  /** By coordinate. */
  readonly fields: Readonly<Record<string, ShownField>>
  /** Whose data it was: ids of customers and users, at most 100, and how many there were. */
  readonly subjects: readonly string[]
  readonly subjectCount: number
}

/** What of a row tells whose it is and where it belongs. */
interface PersonalRow {
  readonly id?: unknown
  readonly storeId?: unknown
  /** On rows that hold data of a customer, or of a user, without being one. */
  readonly customerId?: unknown
  readonly userId?: unknown
}

/** Subjects that one event names. */
export const MOST_SUBJECTS = 100

const nothingTold: ToldOperation = { name: null, document: null, withheld: [] }

const isIdentified = (type: string): type is IdentifiedType => Object.hasOwn(idPrefixes, type)

const encoded = (type: string, ids: ReadonlySet<string>): readonly string[] =>
  [...ids].map((id) => (isIdentified(type) ? encodeId(type, id) : id))

/** Collects what an operation shows of people. Holds nothing until something personal is shown. */
export class PersonalReads {
  private told = nothingTold
  private fields: Map<PersonalField, { clear: number; masked: number }> | null = null
  private readonly records = new IdsByType()
  private readonly subjects = new IdsByType()
  private readonly stores = new IdsByType()
  private latest: unknown = null

  /** @param actorId - reading one's own data is no event. */
  constructor(private readonly actorId: string) {}

  /** Takes what the gateway knows of the operation. */
  tell(operation: ToldOperation): void {
    this.told = operation
  }

  /** Whether something personal was withheld: then things are counted although nothing personal of them is shown. */
  get isRedacting(): boolean {
    return this.told.withheld.length > 0
  }

  /** Whether there is nothing to tell. */
  get isEmpty(): boolean {
    return this.fields === null && !this.isRedacting
  }

  /** A value of a row is shown. */
  shown(field: PersonalField, isMasked: boolean, row: PersonalRow): void {
    if (field.type === 'User' && row.id === this.actorId) return
    if (!this.fields) this.fields = new Map()
    let counts = this.fields.get(field)
    if (!counts) {
      counts = { clear: 0, masked: 0 }
      this.fields.set(field, counts)
    }
    counts[isMasked ? 'masked' : 'clear'] += 1
    if (row === this.latest) return // fields of one row come one after the other
    this.latest = row
    this.thing(field.type, field.hasId, row)
  }

  /** A row is shown in an operation that something was withheld from. */
  thing(type: string, hasId: boolean, { id, storeId, customerId, userId }: PersonalRow): void {
    if (hasId) this.records.add(type, id)
    this.stores.add('Store', storeId)
    this.subjects.add('Customer', type === 'Customer' ? id : customerId)
    this.subjects.add('User', type === 'User' ? id : userId)
  }

  /** The one store that everything shown belongs to; null where there are several, or none is known. */
  get onlyStore(): string | null {
    const [store, ...others] = this.stores.of('Store')
    return store !== undefined && others.length === 0 ? store : null
  }

  /** Everything so far. @param policyOf - the rule that masks a class for the reader. */
  detail(policyOf: (dataClass: DataClass) => string): PersonalReadDetail {
    const fields: Record<string, ShownField> = {}
    for (const [{ coordinate, dataClass }, { clear, masked }] of this.fields ?? [])
      fields[coordinate] = {
        class: dataClass,
        ...(clear > 0 && { clear }),
        ...(masked > 0 && { masked, policy: policyOf(dataClass) }),
      }
    for (const { coordinate, times, policy, class: dataClass } of this.told.withheld)
      fields[coordinate] = { ...fields[coordinate], class: dataClass, redacted: times, policy }
    const subjects = ['Customer', 'User'].flatMap((type) => encoded(type, this.subjects.of(type)))
    return {
      operation: this.told.name,
      document: this.told.document,
      ...this.records.ends(),
      fields,
      subjects: subjects.slice(0, MOST_SUBJECTS),
      subjectCount: subjects.length,
    }
  }
}

const none: ReadonlySet<string> = new Set()

/** Ids by type, each once, in the order they came. Takes no memory before the first. */
class IdsByType {
  private types: Map<string, Set<string>> | null = null

  /** @param id - anything but a text is ignored. */
  add(type: string, id: unknown): void {
    if (typeof id !== 'string') return
    if (!this.types) this.types = new Map()
    const known = this.types.get(type)
    if (known) known.add(id)
    else this.types.set(type, new Set([id]))
  }

  of(type: string): ReadonlySet<string> {
    return this.types?.get(type) ?? none
  }

  /** How many there are of each type, the first and the last of them. */
  ends(): Pick<PersonalReadDetail, 'records' | 'first' | 'last'> {
    const records: Record<string, number> = {}
    const first: Record<string, string> = {}
    const last: Record<string, string> = {}
    for (const [type, ids] of this.types ?? []) {
      const all = encoded(type, ids)
      records[type] = all.length
      first[type] = all[0] ?? ''
      last[type] = all.at(-1) ?? ''
    }
    return { records, first, last }
  }
}
