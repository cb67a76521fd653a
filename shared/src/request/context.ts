import DataLoader from 'dataloader'
import type { AccessProfile } from '../access/index.js'
import { type Actor, accessProfile, type Caller } from '../actor/index.js'
import type { TenantDatabase, TenantTx } from '../database/index.js'
import { forbidden } from '../errors/index.js'
import type { Log } from '../telemetry/index.js'
import type { DenialLimit, RepeatableDenial } from './denial-limit.js'
import { PersonalReads } from './personal-reads.js'
import { ReadTally } from './read-tally.js'

/** The time, as a thing that tests can hold still. */
export interface Clock {
  now(): Date
}

/** Transactions that carry the caller's sealed context. */
export interface TenantAccess {
  read<T>(work: (tx: TenantTx) => Promise<T>): Promise<T>
  write<T>(work: (tx: TenantTx) => Promise<T>): Promise<T>
}

/** What a use case gets: who asks, his rows, the time, a log. Made anew for every request and every subgraph. */
export interface RequestContext {
  readonly actor: Actor
  readonly requestId: string
  readonly tenant: TenantAccess
  readonly clock: Clock
  readonly log: Log
  /** Counts what is read under a support grant; null when there is none, and nothing is counted. */
  readonly tally: ReadTally | null
  /** Whether the log is too far behind the trail: then support access and reads of personal data are refused. */
  readonly isTrailBehind: boolean
  /** Collects what the operation shows of people, for the event that is written before its answer leaves. */
  readonly reads: PersonalReads
  /** Whether a denial is to be an event of its own; one of too many in a minute is only counted. */
  admitsDenial(action: RepeatableDenial): boolean
  /** What decides about fields. @throws {DomainError} ACCESS_DENIED for the platform itself, which reads no fields. */
  profile(): AccessProfile
  /**
   * One batch for all look-ups of a kind within this request.
   * @param name - unique within the subgraph; the first caller's `load` is used.
   * @param load - rows by id; an id without a row is simply missing from the map.
   */
  batch<Row>(
    name: string,
    id: string,
    load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
  ): Promise<Row | null>
}

/** What the process adds to a request. */
interface ContextParts {
  readonly clock: Clock
  readonly log: Log
  readonly denials?: DenialLimit
  readonly isTrailBehind?: boolean
}

/** Builds the context of one request. */
export function requestContext(
  caller: Caller,
  seal: string,
  database: TenantDatabase,
  parts: ContextParts,
): RequestContext {
  const loaders = new Map<string, DataLoader<string, unknown>>()
  const profile = accessProfile(caller.actor)
  return {
    actor: caller.actor,
    requestId: caller.requestId,
    tenant: { read: (work) => database.read(seal, work), write: (work) => database.write(seal, work) },
    clock: parts.clock,
    log: parts.log,
    isTrailBehind: parts.isTrailBehind ?? false,
    tally: caller.actor.grant ? new ReadTally() : null,
    reads: new PersonalReads(caller.actor.id),
    admitsDenial: (action) => parts.denials?.admits(caller.actor, seal, action) ?? true,
    profile() {
      if (!profile) throw forbidden()
      return profile
    },
    batch<Row>(
      name: string,
      id: string,
      load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
    ) {
      let loader = loaders.get(name) as DataLoader<string, Row | null> | undefined
      if (!loader) {
        loader = new DataLoader<string, Row | null>(async (ids) => {
          const rows = await load(ids)
          return ids.map((key) => rows.get(key) ?? null)
        })
        loaders.set(name, loader)
      }
      return loader.load(id)
    },
  }
}
