import {
  type AccountContext,
  checkCode,
  checkPasskey,
  checkPassword,
  enrolAuthenticator,
  hasPasskeys,
  offerSeed,
  openOffer,
  passkeyRequest,
  seedAddress,
  seedText,
  wrongCode,
} from '../accounts/index.js'
import type { Answer } from './answer.js'
import { type Flow, type Halfway, halfway, keepStep, proceed } from './flow.js'
import { codesPage, enrolmentPage, factorPage, loginPage } from './flow-pages.js'
import type { Fault } from './layout.js'
import { qrCode } from './qr.js'
import type { Visit } from './visit.js'

/** No answer about an e-mail address comes sooner: what the database did for a known one takes no visible time. */
const ANSWER_AFTER_MS = 400

/** Waits until the time of an answer tells nothing. @param since - `performance.now()` when the work began. */
export const settle = (since: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, since + ANSWER_AFTER_MS - performance.now())))

const purpose = (flow: Flow) => `sign-in|${flow.key}`

async function loginAnswer(
  ctx: AccountContext,
  visit: Visit,
  flow: Flow,
  faults: readonly Fault[] = [],
): Promise<Answer> {
  const passkey = hasPasskeys(ctx) ? await passkeyRequest(ctx, purpose(flow), null) : null
  const email = visit.text('email') || flow.loginHint || ''
  const { leavesOrigin } = flow
  return {
    status: faults.length > 0 ? 422 : 200,
    page: loginPage({ flow, token: visit.token, email, passkey, faults }),
    leavesOrigin,
  }
}

async function passwordStep(ctx: AccountContext, visit: Visit, flow: Flow): Promise<Answer> {
  const since = performance.now()
  const [email, password] = [visit.text('email'), visit.text('password')]
  if (email === '' || password === '')
    return loginAnswer(ctx, visit, flow, [
      email === ''
        ? { text: 'Enter your e-mail address.', field: 'email' }
        : { text: 'Enter your password.', field: 'password' },
    ])
  const account = await checkPassword(ctx, { email, password }, visit.visitor)
  if (account) return proceed(ctx, visit, flow, { account, methods: ['pwd'] })
  await settle(since)
  return loginAnswer(ctx, visit, flow, [{ text: 'E-mail address or password is not right.' }])
}

async function passkeyStep(ctx: AccountContext, visit: Visit, flow: Flow): Promise<Answer> {
  const half = await halfway(ctx, visit, flow)
  const account = await checkPasskey(ctx, purpose(flow), visit.text('credential'), half?.account ?? null)
  if (account) return proceed(ctx, visit, flow, { account, methods: [...(half?.methods ?? []), 'hwk'] })
  const faults = [{ text: 'This passkey was not accepted. Try again, or sign in another way.' }]
  return half ? factorAnswer(ctx, visit, flow, half, faults) : loginAnswer(ctx, visit, flow, faults)
}

async function factorAnswer(
  ctx: AccountContext,
  visit: Visit,
  flow: Flow,
  { account }: Halfway,
  faults: readonly Fault[] = [],
): Promise<Answer> {
  const offers = account.hasPasskey && hasPasskeys(ctx)
  const passkey = offers ? await passkeyRequest(ctx, purpose(flow), account) : null
  const { hasAuthenticator } = account
  return {
    status: faults.length > 0 ? 422 : 200,
    page: factorPage({ flow, token: visit.token, hasAuthenticator, passkey, faults }),
    leavesOrigin: flow.leavesOrigin,
  }
}

async function factorStep(ctx: AccountContext, visit: Visit, flow: Flow): Promise<Answer> {
  const half = await halfway(ctx, visit, flow)
  if (!half) return { location: flow.base }
  if (!visit.isPost) return factorAnswer(ctx, visit, flow, half)
  const isRecovery = visit.text('deed') === 'rc'
  const code = isRecovery
    ? ({ kind: 'rc', text: visit.text('recovery') } as const)
    : ({ kind: 'otp', text: visit.text('code') } as const)
  const method = await checkCode(ctx, half.account, code, visit.visitor)
  if (method) return proceed(ctx, visit, flow, { ...half, methods: [...half.methods, method] })
  const fault = isRecovery
    ? { text: 'This recovery code is not right, or was used before.', field: 'recovery' }
    : { text: wrongCode, field: 'code' }
  return factorAnswer(ctx, visit, flow, half, [fault])
}

async function enrolStep(ctx: AccountContext, visit: Visit, flow: Flow): Promise<Answer> {
  const half = await halfway(ctx, visit, flow)
  // whoever has a second factor already must use it: a password alone never adds another
  if (!half || half.account.hasAuthenticator || half.account.hasPasskey) return { location: flow.base }
  const { account } = half
  const code = { sealed: visit.text('sealed'), code: visit.text('code') }
  const changed = visit.isPost ? await enrolAuthenticator(ctx, account, code) : null
  if (changed) {
    keepStep(visit, flow, { accountId: account.id, stamp: changed.stamp }, [...half.methods, 'otp'])
    const next = { action: `${flow.base}/continue`, token: visit.token }
    return {
      status: 200,
      page: codesPage({ codes: changed.recoveryCodes ?? [], next }),
      leavesOrigin: flow.leavesOrigin,
    }
  }
  const shown = shownOffer(ctx, account.id, account.email, code.sealed)
  const faults = visit.isPost ? [{ text: wrongCode, field: 'code' }] : []
  const reason = 'Your role needs a second factor. You set it up once and use it from now on.'
  return {
    status: visit.isPost ? 422 : 200,
    page: enrolmentPage({ ...shown, faults, reason, action: `${flow.base}/enrol`, token: visit.token }),
  }
}

/** What a form of enrolment shows: the seed that was offered before while it is good, so that nobody scans twice. */
export function shownOffer(ctx: AccountContext, holder: string, email: string, earlier: string) {
  const kept = earlier === '' ? null : openOffer(ctx, holder, earlier)
  const { seed, sealed } = kept ? { seed: kept, sealed: earlier } : offerSeed(ctx, holder)
  return { qr: qrCode(seedAddress(seed, email)), secret: seedText(seed), sealed }
}

async function continueStep(ctx: AccountContext, visit: Visit, flow: Flow): Promise<Answer> {
  const half = await halfway(ctx, visit, flow)
  return half ? proceed(ctx, visit, flow, half) : { location: flow.base }
}

/** Answers a page of a flow. @returns null for a step that there is none of. */
export async function flowStep(
  ctx: AccountContext,
  visit: Visit,
  flow: Flow,
  step: string,
): Promise<Answer | null> {
  switch (step) {
    case '':
      return visit.isPost ? passwordStep(ctx, visit, flow) : loginAnswer(ctx, visit, flow)
    case 'factor':
      return factorStep(ctx, visit, flow)
    case 'enrol':
      return enrolStep(ctx, visit, flow)
    case 'passkey':
      return visit.isPost ? passkeyStep(ctx, visit, flow) : { location: flow.base }
    case 'continue':
      return visit.isPost ? continueStep(ctx, visit, flow) : { location: flow.base }
    case 'cancel':
      visit.dropCookie('step')
      return visit.isPost ? flow.cancel(visit) : { location: flow.base }
    default:
      return null
  }
}
