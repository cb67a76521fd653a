import {
  type Account,
  type AccountContext,
  completeSignIn,
  currentAccount,
  missingProof,
} from '../accounts/index.js'
import type { AuthenticationMethod } from '../issuer/index.js'
import type { Answer } from './answer.js'
import type { Visit } from './visit.js'

/** A sign-in that is under way: for an application that waits for it, or for pages of ours. */
export interface Flow {
  /** Path of its first page. */
  readonly base: string
  /** Binds half-finished proofs to it. */
  readonly key: string
  /** Who waits, as people call it. */
  readonly clientName: string
  readonly demandsSecondFactor: boolean
  readonly loginHint: string | null
  /** Whether it ends at an address that is not ours. */
  readonly leavesOrigin: boolean
  finish(visit: Visit, account: Account, methods: readonly AuthenticationMethod[]): Promise<Answer>
  cancel(visit: Visit): Promise<Answer>
}

/** What was proven so far, in a signed cookie. */
interface Step {
  readonly flow: string
  readonly accountId: string
  readonly stamp: string
  readonly methods: readonly AuthenticationMethod[]
}

/** How long somebody may take between his password and his second factor, in milliseconds. */
const STEP_LIFE_MS = 10 * 60_000

/** Somebody half way in. */
export interface Halfway {
  readonly account: Account
  readonly methods: readonly AuthenticationMethod[]
}

/** Who has proven something in this flow; null when nobody has, or his credentials have changed since. */
export async function halfway(ctx: AccountContext, visit: Visit, flow: Flow): Promise<Halfway | null> {
  const step = visit.openCookie<Step>('step')
  if (step?.flow !== flow.key) return null
  const account = await currentAccount(ctx, step)
  return account && { account, methods: step.methods }
}

/** Remembers what was proven, for the next page. */
export function keepStep(
  visit: Visit,
  flow: Flow,
  proven: { readonly accountId: string; readonly stamp: string },
  methods: readonly AuthenticationMethod[],
): void {
  const step: Step = { flow: flow.key, accountId: proven.accountId, stamp: proven.stamp, methods }
  visit.keepCookie('step', step, STEP_LIFE_MS)
}

/** Lets somebody in, or on to what is still missing. */
export async function proceed(
  ctx: AccountContext,
  visit: Visit,
  flow: Flow,
  { account, methods }: Halfway,
): Promise<Answer> {
  const missing = missingProof(account, methods, flow.demandsSecondFactor)
  if (missing !== 'NOTHING') {
    keepStep(visit, flow, { accountId: account.id, stamp: account.stamp }, methods)
    return { location: `${flow.base}/${missing === 'ENROLMENT' ? 'enrol' : 'factor'}` }
  }
  await completeSignIn(ctx, account, methods, visit.visitor)
  visit.dropCookie('step')
  visit.keepDevice(account.id)
  return flow.finish(visit, account, methods)
}
