import type { ServerResponse } from 'node:http'
import { type Html, html } from './html.js'

/** What a page request comes to. `SENT`: the issuer has answered it already. */
export type Answer =
  | {
      readonly status: number
      readonly page: Html
      /** Seconds after which to come back. */
      readonly retryAfter?: number
      /** Whether what is sent from here ends at the application: its address is no page of ours. */
      readonly leavesOrigin?: boolean
    }
  | { readonly location: string }
  | 'SENT'

const policy = (leavesOrigin: boolean) =>
  [
    `default-src 'none'`,
    `style-src 'self'`,
    `script-src 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    // browsers hold the redirect after a form to this too, and the last one of a sign-in leads to the application
    ...(leavesOrigin ? [] : [`form-action 'self'`]),
  ].join('; ')

/** Headers of every page: nothing is kept, framed, sniffed or told to others. */
const headers = (isSecure: boolean, leavesOrigin: boolean): Record<string, string> => ({
  'content-security-policy': policy(leavesOrigin),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // forms of ours still say where they come from; nobody else learns it
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cross-origin-resource-policy': 'same-origin',
  ...(isSecure && { 'strict-transport-security': 'max-age=31536000' }),
})

/** Sends an answer. @param isSecure - whether people reach us over TLS. */
export function sendAnswer(response: ServerResponse, answer: Answer, isSecure: boolean): void {
  if (answer === 'SENT') return
  const isPage = 'page' in answer
  for (const [name, value] of Object.entries(headers(isSecure, isPage && answer.leavesOrigin === true)))
    response.setHeader(name, value)
  if (!isPage) {
    response.writeHead(303, { location: answer.location }).end()
    return
  }
  if (answer.retryAfter) response.setHeader('retry-after', String(answer.retryAfter))
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.writeHead(answer.status).end(html`${answer.page}`.text)
}

/** Sends a file of the pages. */
export function sendFile(response: ServerResponse, type: string, text: string): void {
  response
    .writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    .end(text)
}
