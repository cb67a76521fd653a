import { type Account, type AccountContext, currentAccount } from '../accounts/index.js'
import type { AuthenticationMethod } from '../issuer/index.js'
import type { Flow } from './flow.js'
import type { Visit } from './visit.js'

/** A sign-in to pages of ours, in a signed cookie. */
interface OwnSignIn {
  readonly accountId: string
  readonly stamp: string
  readonly methods: readonly AuthenticationMethod[]
  /** Unix milliseconds. */
  readonly at: number
}

/** How long somebody stays signed in to pages of ours, in milliseconds. */
const SIGN_IN_LIFE_MS = 15 * 60_000

/** How old a sign-in may be for a change of credentials, in milliseconds. */
const FRESH_MS = 5 * 60_000

/** Somebody who is signed in to pages of ours. */
export interface Present {
  readonly account: Account
  readonly methods: readonly AuthenticationMethod[]
  /** Signed in just now, with a second factor where he has one: he may change his credentials. */
  readonly isFresh: boolean
  readonly at: number
}

/**
 * A sign-in that ends at a page of ours. Where it ends stands in its path and is one of our own addresses: there is no
 * parameter that could send anybody elsewhere.
 */
export const localFlow = (
  ctx: AccountContext,
  target: string,
  options: { readonly clientName: string; readonly demandsSecondFactor: boolean },
): Flow => ({
  base: `${target}/enter`,
  key: `own|${target}`,
  ...options,
  loginHint: null,
  leavesOrigin: false,
  async finish(visit, account, methods) {
    keepPresent(visit, account.id, { stamp: account.stamp, methods, at: ctx.clock.now().getTime() })
    return { location: target }
  },
  async cancel(visit) {
    visit.dropCookie('account')
    return { location: '/sign-in/signed-out' }
  },
})

/** Signs somebody in to pages of ours, or keeps him in after his stamp has changed. */
export function keepPresent(visit: Visit, accountId: string, proof: Omit<OwnSignIn, 'accountId'>): void {
  visit.keepCookie('account', { accountId, ...proof }, SIGN_IN_LIFE_MS)
}

/** Who is signed in to pages of ours; null when nobody is, or his credentials have changed since. */
export async function present(ctx: AccountContext, visit: Visit): Promise<Present | null> {
  const cookie = visit.openCookie<OwnSignIn>('account')
  const account = cookie && (await currentAccount(ctx, cookie))
  if (!account) return null
  const { methods, at } = cookie
  const hasFactor = account.hasAuthenticator || account.hasPasskey
  const isStrong = !hasFactor || methods.some((method) => method !== 'pwd')
  return { account, methods, at, isFresh: isStrong && ctx.clock.now().getTime() - at < FRESH_MS }
}
