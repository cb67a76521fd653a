import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'

/** Nothing of these pages comes from elsewhere, runs a script, or is shown in a frame. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

function show(ctx: KoaContextWithOIDC, title: string, body: string): void {
  ctx.type = 'html'
  ctx.set('content-security-policy', POLICY)
  ctx.body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – AUTORA</title>
<style>body{font:1.125rem/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem}
button{font:inherit;padding:.6rem 1.2rem}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>`
}

/** Asks whether to sign out; works without JavaScript. @param form - the library's, with its token against forgery. */
export function showSignOut(ctx: KoaContextWithOIDC, form: string): void {
  const button = '<p><button type="submit" name="logout" value="yes" autofocus>Sign out</button></p></form>'
  show(
    ctx,
    'Sign out?',
    `<p>You will be signed out of every AUTORA application in this browser.</p>\n${form.replace('</form>', button)}`,
  )
}

/** Says that somebody is signed out who came from no application. */
export function showSignedOut(ctx: KoaContextWithOIDC): void {
  show(ctx, 'Signed out', '<p>You can close this page.</p>')
}

/** Says that a request cannot go on; the code of the protocol, and nothing of ours. */
export function showError(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  show(
    ctx,
    'This cannot go on',
    `<p>Go back to the application and start again.</p>\n<p><code>${escapeHtml(out.error)}</code></p>`,
  )
}
