import type { Account, OwnSession, Passkey } from '../accounts/index.js'
import { type Html, html } from './html.js'
import { button, type Fault, field, form, page, passkeyForm } from './layout.js'

const shownTime = (time: Date | null): string =>
  time === null ? 'never' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** What the overview shows. */
export interface AccountView {
  readonly account: Account
  readonly token: string
  readonly passkeys: readonly Passkey[]
  readonly sessions: readonly OwnSession[]
  readonly codesLeft: number
  /** What was just done. */
  readonly notice: string | null
}

const base = '/sign-in/account'

const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`

const appSection = ({ account, token }: AccountView) => html`
<h2>Authenticator app</h2>
<p>${account.hasAuthenticator ? 'Set up. It is asked for whenever you sign in.' : 'Not set up.'}</p>
<p><a class="button" href="${base}/authenticator">${account.hasAuthenticator ? 'Set up another app' : 'Set up an app'}</a></p>
${
  account.hasAuthenticator &&
  form(`${base}/authenticator/remove`, token, html`<p>${button('Remove the app', 'plain')}</p>`)
}`

const passkeySection = ({ passkeys, token }: AccountView) => html`
<h2>Passkeys</h2>
${passkeys.length === 0 && html`<p>None.</p>`}
${passkeys.map(
  (passkey) => html`
<div class="row"><p>${passkey.label}, added ${shownTime(passkey.createdAt)}, last used ${shownTime(passkey.lastUsedAt)}</p>
${form(`${base}/passkeys/remove`, token, html`${hidden('id', passkey.id)}<p>${button(`Remove ${passkey.label}`, 'plain')}</p>`)}</div>`,
)}
<p><a class="button" href="${base}/passkeys">Add a passkey</a></p>`

const codesSection = ({ account, codesLeft, token }: AccountView) =>
  html`
<h2>Recovery codes</h2>
<p>${codesLeft} left.</p>
${(account.hasAuthenticator || account.hasPasskey) && form(`${base}/codes`, token, html`<p>${button('Make new ones', 'plain')}</p>`)}`

const sessionsSection = ({ sessions, token }: AccountView) => html`
<h2>Where you are signed in</h2>
${sessions.length === 0 && html`<p>Nowhere.</p>`}
${sessions.map(
  (session) => html`
<div class="row"><p>${session.membership}, at ${session.clientId}, since ${shownTime(session.startedAt)}</p>
${form(`${base}/sessions/end`, token, html`${hidden('id', session.id)}<p>${button(`End it at ${session.clientId}`, 'plain')}</p>`)}</div>`,
)}`

/** The overview of one's own security. */
export const accountPage = (view: AccountView, faults: readonly Fault[] = []): Html =>
  page({
    title: 'Your sign-in',
    faults,
    body: html`
${view.notice && html`<div class="notice" role="status"><p>${view.notice}</p></div>`}
<p>${view.account.email}</p>
<h2>Password</h2>
<p><a class="button" href="${base}/password">Change your password</a></p>
${appSection(view)}${passkeySection(view)}${codesSection(view)}${sessionsSection(view)}
<h2>Leave</h2>
${form(`${base}/leave`, view.token, html`<p>${button('Leave this page', 'plain')}</p>`)}`,
  })

/** The hint beside every new password. */
export const passwordHint =
  'At least 12 characters. A few words in a row are easy to remember. Any characters are allowed.'

/** The page on which a password is changed. */
export const passwordPage = (token: string, email: string, faults: readonly Fault[]): Html =>
  page({
    title: 'Change your password',
    faults,
    body: form(
      `${base}/password`,
      token,
      html`
<p>You are signed out everywhere when you do.</p>
<input type="hidden" name="username" autocomplete="username" value="${email}">
${field({ label: 'Current password', name: 'current', type: 'password', autocomplete: 'current-password', faults })}
${field({ label: 'New password', name: 'password', type: 'password', autocomplete: 'new-password', hint: passwordHint, faults })}
<p>${button('Change it')} <a href="${base}">Back</a></p>`,
    ),
  })

/** The page on which a passkey is added; it needs the script and says so. */
export const addPasskeyPage = (token: string, options: object | null, faults: readonly Fault[]): Html =>
  page({
    title: 'Add a passkey',
    faults,
    hasScript: true,
    body: html`
<p>A passkey lives in your phone, your computer or a security key. It replaces password and code.</p>
${
  options === null
    ? html`<p>Passkeys cannot be used at this address.</p>`
    : passkeyForm(
        { action: `${base}/passkeys`, token, use: 'create', options, text: 'Add a passkey' },
        field({ label: 'Name for it', name: 'label', autocomplete: 'off', hint: 'Such as “my phone”.' }),
      )
}
<noscript><p>Your browser runs no scripts, and passkeys need one. An authenticator app works without.</p></noscript>
<p><a href="${base}">Back</a></p>`,
  })
