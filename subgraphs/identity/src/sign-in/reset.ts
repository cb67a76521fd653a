import {
  type AccountContext,
  accountOfReset,
  LINK_TOKEN,
  requestReset,
  resetPassword,
  tellDeadReset,
} from '../accounts/index.js'
import { passwordHint } from './account-pages.js'
import type { Answer } from './answer.js'
import { messagePage } from './flow-pages.js'
import { settle } from './flow-steps.js'
import { html } from './html.js'
import { deadLink } from './invitation.js'
import { button, type Fault, field, form, page } from './layout.js'
import type { Visit } from './visit.js'

/** The page of a forgotten password: one answer, whoever is asked for. */
export async function forgottenAnswer(ctx: AccountContext, visit: Visit): Promise<Answer> {
  const since = performance.now()
  const email = visit.text('email')
  if (visit.isPost && email !== '') {
    await requestReset(ctx, email, visit.visitor)
    await settle(since)
    return {
      status: 200,
      page: messagePage(
        'Look into your mail',
        'If this address has an account, we have sent it a link for a new password. It is good for half an hour. If no mail comes, ask again.',
        { href: '/sign-in/account', text: 'Back to sign-in' },
      ),
    }
  }
  const faults = visit.isPost ? [{ text: 'Enter your e-mail address.', field: 'email' }] : []
  const fields = html`
<p>We send you a link with which you set a new one.</p>
${field({ label: 'E-mail address', name: 'email', type: 'email', autocomplete: 'username', faults, hasFocus: true })}
<p>${button('Send the link')}</p>`
  const body = form('/sign-in/forgotten', visit.token, fields)
  return {
    status: faults.length > 0 ? 422 : 200,
    page: page({ title: 'Forgotten your password?', faults, body }),
  }
}

const passwordIsSet: Answer = {
  status: 200,
  page: messagePage('Your password is set', 'You are signed out everywhere. Sign in with the new password.', {
    href: '/sign-in/account',
    text: 'Go to sign-in',
  }),
}

/** The page of a link for a new password. */
export async function resetAnswer(ctx: AccountContext, visit: Visit): Promise<Answer | null> {
  const [, token = '', ...rest] = visit.segments
  if (rest.length > 0) return null
  if (!LINK_TOKEN.test(token)) return deadLink
  const account = await accountOfReset(ctx, token)
  if (!account) {
    await tellDeadReset(ctx, token)
    return deadLink
  }
  let faults: readonly Fault[] = []
  if (visit.isPost) {
    const change = await resetPassword(ctx, token, visit.text('password'))
    if (!change) return deadLink
    if ('stamp' in change) {
      // whoever reads the mail of the account is its owner: guesses from elsewhere do not make him wait here
      visit.keepDevice(account.id)
      return passwordIsSet
    }
    faults = [{ text: change.fault, field: change.field }]
  }
  const fields = html`
<input type="hidden" name="username" autocomplete="username" value="${account.email}">
${field({ label: 'New password', name: 'password', type: 'password', autocomplete: 'new-password', hint: passwordHint, faults, hasFocus: true })}
<p>${button('Set it')}</p>`
  const body = form(`/sign-in/reset/${token}`, visit.token, fields)
  return { status: faults.length > 0 ? 422 : 200, page: page({ title: 'Set a new password', faults, body }) }
}
