import type { TenantTx } from '@autora/shared/database'

/** A counter of attempts: how many are free, and how long the wait grows after them. */
export interface Counter {
  readonly mac: Buffer
  readonly free: number
  readonly firstWaitSeconds: number
  readonly longestWaitSeconds: number
}

const bytes = `array(select decode(hex, 'hex') from unnest($1::text[]) hex)`
const hexOf = (counters: readonly Counter[]) => counters.map(({ mac }) => mac.toString('hex'))

/**
 * Counts one attempt at each counter before it is known whether it succeeds, so that attempts in parallel count too.
 * The wait doubles with each one that is not free.
 *
 * @returns the count at each counter that is not blocked now, by the MAC in hex.
 */
export async function countAttempt(
  tx: TenantTx,
  counters: readonly Counter[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ mac: string; failures: number }>(
    `insert into issuer.attempt_counter as c (counter_mac, failures, blocked_until, counted_at)
     select mac, 1, clock_timestamp(), clock_timestamp() from unnest(${bytes}) mac order by mac
     on conflict (counter_mac) do update
        set failures = case when c.counted_at < clock_timestamp() - interval '1 day' then 1 else c.failures + 1 end,
            counted_at = clock_timestamp()
      where c.blocked_until <= clock_timestamp()
     returning encode(counter_mac, 'hex') as mac, failures`,
    [hexOf(counters)],
  )
  const counted = new Map(rows.map(({ mac, failures }) => [mac, failures]))
  const waits = counters.map((counter) => waitOf(counter, counted.get(counter.mac.toString('hex')) ?? 0))
  if (waits.some((wait) => wait > 0))
    await tx.query(
      `update issuer.attempt_counter c set blocked_until = clock_timestamp() + w.wait * interval '1 second'
         from unnest($1::text[], $2::integer[]) as w (hex, wait)
        where c.counter_mac = decode(w.hex, 'hex') and w.wait > 0`,
      [hexOf(counters), waits],
    )
  return counted
}

const waitOf = ({ free, firstWaitSeconds, longestWaitSeconds }: Counter, count: number): number =>
  count < free ? 0 : Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** Math.min(count - free, 20))

/** How long the longest of some counters is blocked, in whole seconds; at least 1. */
export async function secondsBlocked(tx: TenantTx, counters: readonly Counter[]): Promise<number> {
  const [row] = await tx.query<{ seconds: number }>(
    `select ceil(extract(epoch from max(blocked_until) - clock_timestamp()))::integer as seconds
       from issuer.attempt_counter where counter_mac = any (${bytes})`,
    [hexOf(counters)],
  )
  return Math.max(1, row?.seconds ?? 1)
}

/** Takes back an attempt that succeeded: counters of the person start anew, those he shares go back by one. */
export async function forgiveAttempt(
  tx: TenantTx,
  own: readonly Counter[],
  shared: readonly Counter[],
): Promise<void> {
  await tx.query(
    `update issuer.attempt_counter set failures = 0, blocked_until = clock_timestamp()
      where counter_mac = any (${bytes})`,
    [hexOf(own)],
  )
  await tx.query(
    `update issuer.attempt_counter set failures = greatest(failures - 1, 0) where counter_mac = any (${bytes})`,
    [hexOf(shared)],
  )
}

/** Forgets what is over: old counters, spent challenges, links of last month. */
export async function forgetExpired(tx: TenantTx): Promise<void> {
  await tx.query(`select issuer.forget_expired()`)
}
