import { type Hole, Html, html } from './html.js'

/** Something that was wrong with a form. */
export interface Fault {
  readonly text: string
  /** Name of the field; none where no single one is wrong. */
  readonly field?: string
}

/** The frame of every page. */
export interface PageParts {
  readonly title: string
  readonly body: Html
  readonly faults?: readonly Fault[]
  readonly hasScript?: boolean
}

const errorSummary = (faults: readonly Fault[]) => html`
<div class="errors" role="alert" tabindex="-1" autofocus id="errors">
<h2>There is a problem</h2>
<ul>${faults.map(({ text, field }) =>
  field ? html`<li><a href="#${field}">${text}</a></li>` : html`<li>${text}</li>`,
)}</ul>
</div>`

/** A whole page: one heading, a summary of errors in front that takes the focus. */
export const page = ({ title, body, faults = [], hasScript = false }: PageParts): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${faults.length > 0 ? 'Error: ' : ''}${title} – AUTORA OS</title>
<link rel="stylesheet" href="/sign-in/style.css">
${hasScript && html`<script src="/sign-in/passkey.js" defer></script>`}
</head>
<body>
<header>AUTORA OS</header>
<main>
${faults.length > 0 && errorSummary(faults)}
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`

/** A field of a form. */
export interface FieldParts {
  readonly label: string
  readonly name: string
  readonly type?: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  readonly faults?: readonly Fault[]
  /** Digits only: phones show the keys for them. */
  readonly isNumeric?: boolean
  readonly isReadOnly?: boolean
  readonly isOptional?: boolean
  readonly hasFocus?: boolean
}

const flag = (name: string, isSet: boolean | undefined): Html => new Html(isSet ? ` ${name}` : '')

/** A labelled field with its hint and its error, both tied to it. */
export function field(parts: FieldParts): Html {
  const { label, name, type = 'text', autocomplete, value = '', hint, faults = [] } = parts
  const fault = faults.find((one) => one.field === name)
  const described = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(' ')
  const inputMode = new Html(parts.isNumeric ? ' inputmode="numeric" pattern="[0-9 ]*"' : '')
  return html`
<div class="field${fault ? ' faulty' : ''}">
<label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${fault && html`<p class="fault" id="${name}-fault">Error: ${fault.text}</p>`}
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" spellcheck="false"
 autocapitalize="none" maxlength="300"${inputMode}${described ? html` aria-describedby="${described}"` : ''}${
   fault ? html` aria-invalid="true"` : ''
 }${flag('readonly', parts.isReadOnly)}${flag('required', !parts.isOptional && !parts.isReadOnly)}${flag(
   'autofocus',
   parts.hasFocus && faults.length === 0,
 )}>
</div>`
}

/** A form of ours. @param token - proves that it was sent from our page. */
export const form = (action: string, token: string, body: Html, extra: Hole = ''): Html => html`
<form method="post" action="${action}"${extra}>
<input type="hidden" name="token" value="${token}">
${body}
</form>`

/** A button that sends its form; `name` tells which of several it was. */
export const button = (text: string, kind: 'main' | 'plain' = 'main', deed?: string): Html =>
  html`<button type="submit"${kind === 'plain' ? html` class="plain"` : ''}${
    deed ? html` name="deed" value="${deed}"` : ''
  }>${text}</button>`

/** The form that asks a device for a passkey, or to make one; hidden until the script finds that it can. */
export const passkeyForm = (
  parts: {
    readonly action: string
    readonly token: string
    readonly use: 'get' | 'create'
    readonly options: object
    readonly text: string
  },
  fields: Html = html``,
): Html =>
  form(
    parts.action,
    parts.token,
    html`${fields}<input type="hidden" name="credential" value="">
<p role="status" class="fault"></p>
<p>${button(parts.text, parts.use === 'get' ? 'plain' : 'main')}</p>`,
    html` data-passkey="${parts.use}" data-options="${JSON.stringify(parts.options)}" hidden`,
  )
