import {
  type Acceptance,
  type AccountContext,
  acceptAsAccount,
  acceptAsNewPerson,
  LINK_TOKEN,
  type OpenInvitation,
  openInvitation,
} from '../accounts/index.js'
import { passwordHint } from './account-pages.js'
import type { Answer } from './answer.js'
import { codesPage, enrolmentFields, messagePage } from './flow-pages.js'
import { flowStep, shownOffer } from './flow-steps.js'
import { html } from './html.js'
import { button, type Fault, field, form, page } from './layout.js'
import { localFlow, present } from './local-flow.js'
import type { Visit } from './visit.js'

/** The one answer to every link that opens nothing: used, over, revoked, somebody else's or never made. */
export const deadLink: Answer = {
  status: 410,
  page: messagePage(
    'This link is not valid',
    'It was used already, it is over, or it was never made. Ask for a new one.',
    { href: '/sign-in/account', text: 'Go to sign-in' },
  ),
}

const joined = (group: string): Answer => ({
  status: 200,
  page: messagePage('You are in', `You can now sign in and work with ${group}.`, {
    href: '/sign-in/account',
    text: 'See how you sign in',
  }),
})

/** The page for somebody who has no account yet. */
function newPersonPage(
  ctx: AccountContext,
  visit: Visit,
  path: string,
  { invitation }: OpenInvitation,
  faults: readonly Fault[],
): Answer {
  const needsFactor = invitation.hasPlatformRole
  const shown = needsFactor && shownOffer(ctx, invitation.id, invitation.email, visit.text('sealed'))
  const body = html`
<p>You are invited to work with ${invitation.groupName}.</p>
${form(
  path,
  visit.token,
  html`
${field({ label: 'Your e-mail address', name: 'email', type: 'email', autocomplete: 'username', value: invitation.email, isReadOnly: true })}
${field({ label: 'New password', name: 'password', type: 'password', autocomplete: 'new-password', hint: passwordHint, faults })}
${shown && html`<h2>Second factor</h2><p>Your role needs one.</p>${enrolmentFields({ ...shown, faults })}`}
<p>${button('Accept')}</p>`,
)}`
  return {
    status: faults.length > 0 ? 422 : 200,
    page: page({ title: 'Accept your invitation', faults, body }),
  }
}

function accountAcceptPage(visit: Visit, path: string, { invitation }: OpenInvitation): Answer {
  const body = html`
<p>You are signed in as ${invitation.email} and invited to work with ${invitation.groupName}.</p>
${form(path, visit.token, html`<p>${button('Accept')}</p>`)}`
  return { status: 200, page: page({ title: 'Accept your invitation', body }) }
}

function accepted(acceptance: Acceptance | null, group: string): Answer {
  if (!acceptance || 'fault' in acceptance) return deadLink
  const codes = acceptance.recoveryCodes
  return codes
    ? { status: 200, page: codesPage({ codes, next: { href: '/sign-in/account' } }) }
    : joined(group)
}

async function newPerson(
  ctx: AccountContext,
  visit: Visit,
  path: string,
  open: OpenInvitation,
): Promise<Answer> {
  if (!visit.isPost) return newPersonPage(ctx, visit, path, open, [])
  const typed = { password: visit.text('password'), sealed: visit.text('sealed'), code: visit.text('code') }
  const acceptance = await acceptAsNewPerson(ctx, open, typed)
  if (acceptance && 'fault' in acceptance)
    return newPersonPage(ctx, visit, path, open, [{ text: acceptance.fault, field: acceptance.field }])
  if (acceptance) visit.keepDevice(acceptance.account.id)
  return accepted(acceptance, open.invitation.groupName)
}

/** Answers the page of an invitation. @returns null where there is none. */
export async function invitationAnswer(ctx: AccountContext, visit: Visit): Promise<Answer | null> {
  const [, token = '', ...rest] = visit.segments
  const open = LINK_TOKEN.test(token) ? await openInvitation(ctx, token) : null
  if (!open) return deadLink
  const { invitation, account } = open
  const path = `/sign-in/invitation/${token}`
  const clientName = `your invitation to ${invitation.groupName}`
  const flow = localFlow(ctx, path, { clientName, demandsSecondFactor: invitation.hasPlatformRole })
  if (rest[0] === 'enter' && account)
    return rest.length > 2 ? null : flowStep(ctx, visit, flow, rest[1] ?? '')
  if (rest.length > 0) return null
  if (!account) return newPerson(ctx, visit, path, open)
  const who = await present(ctx, visit)
  const isStrong = who?.methods.some((method) => method !== 'pwd') === true
  // an invitation is for one person: whoever else is signed in at this browser signs in as that one first
  if (who?.account.id !== account.id || !who.isFresh || (invitation.hasPlatformRole && !isStrong))
    return { location: flow.base }
  if (!visit.isPost) return accountAcceptPage(visit, path, open)
  return accepted(await acceptAsAccount(ctx, open, who.account), invitation.groupName)
}
