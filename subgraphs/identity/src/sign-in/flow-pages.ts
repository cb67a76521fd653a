import type { MembershipChoice } from '../issuer/index.js'
import type { Flow } from './flow.js'
import { type Html, html } from './html.js'
import { button, type Fault, field, form, page, passkeyForm } from './layout.js'

/** What the first page shows. */
export interface LoginView {
  readonly flow: Flow
  readonly token: string
  readonly email: string
  /** Options for a passkey; null where browsers allow none. */
  readonly passkey: object | null
  readonly faults?: readonly Fault[]
}

/** The first page: e-mail and password, or a passkey. */
export const loginPage = ({ flow, token, email, passkey, faults = [] }: LoginView): Html =>
  page({
    title: 'Sign in',
    faults,
    hasScript: passkey !== null,
    body: html`
<p>to continue to ${flow.clientName}</p>
${form(
  flow.base,
  token,
  html`
${field({ label: 'E-mail address', name: 'email', type: 'email', autocomplete: 'username', value: email, faults, hasFocus: email === '' })}
${field({ label: 'Password', name: 'password', type: 'password', autocomplete: 'current-password', faults, hasFocus: email !== '' })}
<p>${button('Sign in')}</p>`,
)}
${
  passkey &&
  passkeyForm({
    action: `${flow.base}/passkey`,
    token,
    use: 'get',
    options: passkey,
    text: 'Sign in with a passkey',
  })
}
<p><a href="/sign-in/forgotten">Forgotten your password?</a></p>
${cancelForm(flow, token)}`,
  })

const cancelForm = (flow: Flow, token: string) =>
  form(`${flow.base}/cancel`, token, html`<p>${button('Cancel', 'plain')}</p>`)

/** What the page of the second factor shows. */
export interface FactorView {
  readonly flow: Flow
  readonly token: string
  readonly hasAuthenticator: boolean
  readonly passkey: object | null
  readonly faults?: readonly Fault[]
}

const codeForm = ({ flow, token, faults = [] }: FactorView) =>
  form(
    `${flow.base}/factor`,
    token,
    html`
${field({
  label: 'Code from your authenticator app',
  name: 'code',
  autocomplete: 'one-time-code',
  hint: 'Six digits. Each code works once.',
  isNumeric: true,
  hasFocus: true,
  faults,
})}
<p>${button('Continue', 'main', 'otp')}</p>`,
  )

/** The page of the second factor: app, passkey or recovery code. */
export const factorPage = (view: FactorView): Html => {
  const { flow, token, hasAuthenticator, passkey, faults = [] } = view
  const isRecovery = faults.some((fault) => fault.field === 'recovery')
  return page({
    title: 'Confirm that it is you',
    faults,
    hasScript: passkey !== null,
    body: html`
${hasAuthenticator && codeForm(view)}
${
  passkey &&
  passkeyForm({ action: `${flow.base}/passkey`, token, use: 'get', options: passkey, text: 'Use a passkey' })
}
<details${isRecovery && html` open`}>
<summary>Use a recovery code instead</summary>
${form(
  `${flow.base}/factor`,
  token,
  html`
${field({ label: 'Recovery code', name: 'recovery', autocomplete: 'off', hint: 'Such as ABCD-EFGH-JKMN. Each works once.', faults })}
<p>${button('Continue', 'main', 'rc')}</p>`,
)}
</details>
<p><a href="${flow.base}">Start again</a></p>`,
  })
}

/** What somebody needs to set up an app: QR code and the same as text. */
export interface EnrolmentView {
  readonly qr: Html
  readonly secret: string
  readonly sealed: string
  readonly faults?: readonly Fault[]
}

/** The fields with which an authenticator app is set up, for any form. */
export const enrolmentFields = ({ qr, secret, sealed, faults = [] }: EnrolmentView): Html => html`
<ol>
<li>Open an authenticator app on your phone, such as the one you use already.</li>
<li>Scan this picture with it, or type in the key.
<div class="qr">${qr}</div>
<p>Key: <code id="secret">${secret}</code></p></li>
<li>Type in the code that it shows.</li>
</ol>
<input type="hidden" name="sealed" value="${sealed}">
${field({ label: 'Code from the app', name: 'code', autocomplete: 'one-time-code', hint: 'Six digits.', isNumeric: true, faults })}`

/** The page that leads through enrolment. */
export const enrolmentPage = (
  view: EnrolmentView & { action: string; token: string; reason: string },
): Html =>
  page({
    title: 'Set up a second factor',
    ...(view.faults && { faults: view.faults }),
    body: html`
<p>${view.reason}</p>
${form(view.action, view.token, html`${enrolmentFields(view)}<p>${button('Continue')}</p>`)}`,
  })

/** The page that shows recovery codes, once. */
export const codesPage = (view: {
  readonly codes: readonly string[]
  readonly next: { readonly action: string; readonly token: string } | { readonly href: string }
}): Html =>
  page({
    title: 'Keep your recovery codes',
    body: html`
<p>With one of these you get in when your phone is lost. Print them, or write them down. They are not shown again, and each works once.</p>
<ul class="codes" id="codes">${view.codes.map((code) => html`<li>${code}</li>`)}</ul>
${
  'href' in view.next
    ? html`<p><a class="button" href="${view.next.href}">I have kept them</a></p>`
    : form(view.next.action, view.next.token, html`<p>${button('I have kept them')}</p>`)
}`,
  })

/** The page on which somebody with several memberships takes one. */
export const membershipPage = (view: {
  readonly flow: Flow
  readonly token: string
  readonly choices: readonly MembershipChoice[]
  readonly faults?: readonly Fault[]
}): Html =>
  page({
    title: 'Choose as whom you work',
    ...(view.faults && { faults: view.faults }),
    body: html`
<p>to continue to ${view.flow.clientName}</p>
${form(
  `${view.flow.base}/membership`,
  view.token,
  html`
<fieldset id="membership"><legend>Membership</legend>
${view.choices.flatMap(({ membershipId, label, canBeAnalyst }) => [
  radio(membershipId, label),
  ...(canBeAnalyst ? [radio(`${membershipId}/analyst`, `${label}, reports only`)] : []),
])}
</fieldset>
<p>${button('Continue')}</p>`,
)}
${cancelForm(view.flow, view.token)}`,
  })

const radio = (value: string, label: string) => html`
<div class="choice"><input type="radio" name="membership" id="m-${value}" value="${value}" required>
<label for="m-${value}">${label}</label></div>`

/** The page for somebody who has no membership to sign in with. */
export const nothingToChoosePage = (flow: Flow, token: string): Html =>
  page({
    title: 'You have no access yet',
    body: html`
<p>Your account belongs to no dealer group at the moment. Ask the administrator of your group for an invitation.</p>
${cancelForm(flow, token)}`,
  })

/** A page that says one thing. */
export const messagePage = (title: string, text: string, link?: { href: string; text: string }): Html =>
  page({
    title,
    body: html`<p>${text}</p>${link && html`<p><a href="${link.href}">${link.text}</a></p>`}`,
  })
