import { createHash } from 'node:crypto'
import type { Answer } from '../answers/index.js'

const script = `
const by = (id) => document.getElementById(id)
by('run').addEventListener('click', async () => {
  by('answer').textContent = '…'
  try {
    const text = by('variables').value.trim()
    const answer = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + by('token').value.trim() },
      body: JSON.stringify({ query: by('query').value, variables: text ? JSON.parse(text) : {} }),
    })
    by('answer').textContent = answer.status + '\\n' + JSON.stringify(await answer.json(), null, 2)
  } catch (error) {
    by('answer').textContent = String(error)
  }
})
`

const style = `
body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; display: grid; gap: .75rem; max-width: 70rem }
textarea, input, pre { font: 13px/1.45 ui-monospace, monospace; width: 100%; box-sizing: border-box; padding: .5rem }
pre { background: #f4f4f4; overflow: auto; min-height: 8rem }
`

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>AUTORA OS explorer</title>
<style>${style}</style>
<h1>AUTORA OS explorer</h1>
<label>Access token or API key <input id="token" type="password" autocomplete="off"></label>
<label>Document <textarea id="query" rows="14" spellcheck="false">query Me {
  __typename
}</textarea></label>
<label>Variables <textarea id="variables" rows="4" spellcheck="false"></textarea></label>
<button id="run" type="button">Run</button>
<pre id="answer"></pre>
<script>${script}</script>
</html>
`

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** A page to try documents with, in the development profile. It loads nothing and talks to nobody but this gateway. */
export const explorerPage: Answer = {
  status: 200,
  body: page,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; connect-src 'self'; script-src ${digest(script)}; style-src ${digest(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  },
}
