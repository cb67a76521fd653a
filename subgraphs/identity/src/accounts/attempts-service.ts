import type { TenantTx } from '@autora/shared/database'
import {
  type Counter,
  countAttempt,
  forgetExpired,
  forgiveAttempt,
  secondsBlocked,
} from './attempts-repository.js'
import type { AccountContext, Visitor } from './context.js'
import type { Account } from './entity.js'

/** Somebody tried too often; `seconds` until the next attempt. Nobody's account is ever locked for good. */
export class TooManyAttempts extends Error {
  constructor(readonly seconds: number) {
    super('too many attempts')
    this.name = 'TooManyAttempts'
  }
}

/** What is tried. A second factor has counters of its own: its attempts come from somebody who knows the password. */
export type Trial = 'password' | 'factor' | 'reset'

const quarterHour = 900

/**
 * The counters of an attempt. Somebody on a device that has signed in to this account before has a counter of his own
 * and no other, so that no attempt from elsewhere makes him wait (OWASP, "Slow Down Online Guessing Attacks with Device
 * Cookies"). Everybody else is counted by account and network, by network, and by account for all strangers together:
 * the last one keeps a crowd of machines from guessing on and never makes anybody wait longer than a minute.
 */
function countersOf(
  { keys }: AccountContext,
  trial: Trial,
  email: string,
  account: Account | null,
  visitor: Visitor,
): { readonly own: readonly Counter[]; readonly shared: readonly Counter[] } {
  const counter = (name: string, free: number, firstWaitSeconds: number, longestWaitSeconds: number) => {
    const mac = keys.mac('counter', `${trial}|${name}`)
    return { mac, free, firstWaitSeconds, longestWaitSeconds }
  }
  const device = visitor.devices.find(({ accountId }) => accountId === account?.id)
  if (device) return { own: [counter(`device|${email}|${device.deviceId}`, 10, 30, quarterHour)], shared: [] }
  const strangersWait = trial === 'factor' ? quarterHour : 60
  return {
    own: [counter(`pair|${email}|${visitor.network}`, 5, 30, quarterHour)],
    shared: [
      counter(`network|${visitor.network}`, 60, 10, quarterHour),
      counter(`strangers|${email}`, 50, 1, strangersWait),
    ],
  }
}

/** An attempt that was counted. */
export interface Attempt {
  /** Its person has just used up what was free. */
  readonly isFirstBlocked: boolean
  /** It succeeded: it counts no more. */
  forgive(tx: TenantTx): Promise<void>
}

/**
 * Counts an attempt before anything is compared.
 *
 * @param account - null for an address that nobody has: it is counted the same way.
 * @throws {TooManyAttempts} while one of the counters is blocked; such an attempt does not count.
 */
export async function beginAttempt(
  ctx: AccountContext,
  trial: Trial,
  email: string,
  account: Account | null,
  visitor: Visitor,
): Promise<Attempt> {
  const { own, shared } = countersOf(ctx, trial, email, account, visitor)
  const all = [...own, ...shared]
  return ctx.database.write(async (tx) => {
    const counted = await countAttempt(tx, all)
    if (counted.size < all.length) throw new TooManyAttempts(await secondsBlocked(tx, all))
    const isFirstBlocked = own.some(({ mac, free }) => counted.get(mac.toString('hex')) === free)
    return { isFirstBlocked, forgive: (later) => forgiveAttempt(later, own, shared) }
  })
}

/** Forgets old counters, challenges and links; what goes wrong with it is for the log, and tried again next time. */
export function forgetOld({ database, log }: AccountContext): void {
  database.write(forgetExpired).catch((error: unknown) => log.error('signIn.forgetFailed', error))
}
