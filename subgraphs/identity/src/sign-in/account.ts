import {
  type AccountContext,
  addPasskey,
  changePassword,
  dropAuthenticator,
  dropPasskey,
  endOwnSession,
  enrolAuthenticator,
  hasPasskeys,
  ownPasskeys,
  ownSessions,
  passkeyCreation,
  recoveryCodesLeft,
  renewRecoveryCodes,
  wrongCode,
} from '../accounts/index.js'
import { accountPage, addPasskeyPage, passwordPage } from './account-pages.js'
import type { Answer } from './answer.js'
import { codesPage, enrolmentPage } from './flow-pages.js'
import { flowStep, shownOffer } from './flow-steps.js'
import type { Fault } from './layout.js'
import { keepPresent, localFlow, type Present, present } from './local-flow.js'
import type { Visit } from './visit.js'

const base = '/sign-in/account'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What a page of the account works with. */
interface Deed {
  readonly ctx: AccountContext
  readonly visit: Visit
  readonly who: Present
}

async function overview(
  { ctx, visit, who: { account } }: Deed,
  faults: readonly Fault[] = [],
): Promise<Answer> {
  const [passkeys, sessions, codesLeft] = await Promise.all([
    ownPasskeys(ctx, account),
    ownSessions(ctx, account),
    recoveryCodesLeft(ctx, account),
  ])
  const notice = visit.openCookie<{ text: string }>('notice')?.text ?? null
  if (notice) visit.dropCookie('notice')
  const view = { account, token: visit.token, passkeys, sessions, codesLeft, notice }
  return { status: faults.length > 0 ? 422 : 200, page: accountPage(view, faults) }
}

/** Goes back to the overview, which says what was done. */
function done({ visit, who }: Deed, text: string, stamp?: string): Answer {
  if (stamp) keepPresent(visit, who.account.id, { stamp, methods: who.methods, at: who.at })
  visit.keepCookie('notice', { text }, 60_000)
  return { location: base }
}

async function password(deed: Deed): Promise<Answer> {
  const { ctx, visit, who } = deed
  if (!visit.isPost) return { status: 200, page: passwordPage(visit.token, who.account.email, []) }
  const typed = { current: visit.text('current'), password: visit.text('password') }
  const change = await changePassword(ctx, who.account, typed, visit.visitor)
  if ('stamp' in change)
    return done(deed, 'Your password is changed. You are signed out everywhere else.', change.stamp)
  const faults = [{ text: change.fault, field: change.field }]
  return { status: 422, page: passwordPage(visit.token, who.account.email, faults) }
}

async function authenticator(deed: Deed): Promise<Answer> {
  const { ctx, visit, who } = deed
  const code = { sealed: visit.text('sealed'), code: visit.text('code') }
  const changed = visit.isPost ? await enrolAuthenticator(ctx, who.account, code) : null
  if (changed) {
    // the code that was just proven is a second factor: nobody has to sign in again right after setting it up
    keepPresent(visit, who.account.id, { stamp: changed.stamp, methods: [...who.methods, 'otp'], at: who.at })
    return { status: 200, page: codesPage({ codes: changed.recoveryCodes ?? [], next: { href: base } }) }
  }
  const shown = shownOffer(ctx, who.account.id, who.account.email, code.sealed)
  const faults = visit.isPost ? [{ text: wrongCode, field: 'code' }] : []
  const reason = 'It takes the place of an app that you set up before. Your recovery codes are made anew.'
  const action = `${base}/authenticator`
  return {
    status: visit.isPost ? 422 : 200,
    page: enrolmentPage({ ...shown, faults, reason, action, token: visit.token }),
  }
}

const lastFactor: Fault = {
  text: 'Your role needs a second factor, and this is the last one. Set up another first.',
}

async function removeAuthenticator(deed: Deed): Promise<Answer> {
  const { account } = deed.who
  if (account.isPlatformStaff && !account.hasPasskey) return overview(deed, [lastFactor])
  const changed = await dropAuthenticator(deed.ctx, account)
  return done(deed, 'The authenticator app is removed.', changed?.stamp)
}

async function passkeys(deed: Deed): Promise<Answer> {
  const { ctx, visit, who } = deed
  if (visit.isPost && hasPasskeys(ctx)) {
    const form = { text: visit.text('credential'), label: visit.text('label') }
    const added = await addPasskey(ctx, who.account, form)
    // making it has verified the person on his device
    const proven = { ...deed, who: { ...who, methods: [...who.methods, 'hwk' as const] } }
    if (added) return done(proven, 'The passkey is added.', added.stamp)
  }
  const faults = visit.isPost ? [{ text: 'No passkey was added. Try again.' }] : []
  const options = hasPasskeys(ctx) ? await passkeyCreation(ctx, who.account) : null
  return { status: visit.isPost ? 422 : 200, page: addPasskeyPage(visit.token, options, faults) }
}

async function removePasskey(deed: Deed): Promise<Answer> {
  const { ctx, visit, who } = deed
  const id = visit.text('id')
  if (!uuid.test(id)) return { location: base }
  const others = (await ownPasskeys(ctx, who.account)).filter((passkey) => passkey.id !== id)
  if (who.account.isPlatformStaff && !who.account.hasAuthenticator && others.length === 0)
    return overview(deed, [lastFactor])
  const changed = await dropPasskey(ctx, who.account, id)
  return changed ? done(deed, 'The passkey is removed.', changed.stamp) : { location: base }
}

async function codes(deed: Deed): Promise<Answer> {
  const { ctx, visit, who } = deed
  const changed = await renewRecoveryCodes(ctx, who.account)
  if (!changed?.recoveryCodes) return { location: base }
  keepPresent(visit, who.account.id, { stamp: changed.stamp, methods: who.methods, at: who.at })
  return { status: 200, page: codesPage({ codes: changed.recoveryCodes, next: { href: base } }) }
}

async function endSession(deed: Deed): Promise<Answer> {
  const id = deed.visit.text('id')
  const isEnded = uuid.test(id) && (await endOwnSession(deed.ctx, deed.who.account, id))
  return isEnded ? done(deed, 'The session is ended.') : { location: base }
}

/** Pages that change something, by path; a sign-in that is not fresh is asked for again first. */
const changes: Readonly<Record<string, { readonly isForm: boolean; run(deed: Deed): Promise<Answer> }>> = {
  password: { isForm: true, run: password },
  authenticator: { isForm: true, run: authenticator },
  'authenticator/remove': { isForm: false, run: removeAuthenticator },
  passkeys: { isForm: true, run: passkeys },
  'passkeys/remove': { isForm: false, run: removePasskey },
  codes: { isForm: false, run: codes },
}

/** Answers a page of one's own account. @returns null where there is none. */
export async function accountAnswer(ctx: AccountContext, visit: Visit): Promise<Answer | null> {
  const [, ...rest] = visit.segments
  const flow = localFlow(ctx, base, { clientName: 'your account', demandsSecondFactor: false })
  if (rest[0] === 'enter') return rest.length > 2 ? null : flowStep(ctx, visit, flow, rest[1] ?? '')
  const path = rest.join('/')
  if (path === 'leave') {
    if (visit.isPost) visit.dropCookie('account')
    return { location: visit.isPost ? '/sign-in/signed-out' : base }
  }
  const change = changes[path]
  if (!change && path !== '' && path !== 'sessions/end') return null
  const who = await present(ctx, visit)
  if (!who) return { location: flow.base }
  const deed = { ctx, visit, who }
  if (!change) return path !== '' && visit.isPost ? endSession(deed) : overview(deed)
  if (!visit.isPost && !change.isForm) return { location: base }
  return who.isFresh ? change.run(deed) : { location: flow.base }
}
