import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '@autora/shared/graphql'
import { type AccountContext, sameMac, type Visitor } from '../accounts/index.js'
import { networkOf, originOf } from '../network.js'
import { openValue, signValue } from './signed-value.js'

/** A request that the pages do not take; `status` says why. */
export class RequestRefused extends Error {
  constructor(readonly status: 400 | 403 | 405 | 413 | 415) {
    super('the request is not acceptable')
    this.name = 'RequestRefused'
  }
}

const MOST_FORM_BYTES = 16 * 1024
const DEVICE_LIFE_MS = 400 * 24 * 3_600_000
const MOST_DEVICE_ACCOUNTS = 5

type Device = Visitor['devices'][number]

/** One request of a browser, with what its cookies prove. */
export class Visit {
  readonly method: string
  /** What follows `/sign-in/`. */
  readonly segments: readonly string[]
  /** The fields of a form whose origin and token were right; empty for GET. */
  readonly form: ReadonlyMap<string, string> = new Map()
  readonly visitor: Visitor
  private readonly cookies: ReadonlyMap<string, string>
  private readonly browser: string
  private readonly prefix: string

  private constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly ctx: AccountContext,
    proxies: number,
  ) {
    const path = (request.url ?? '').split('?')[0] ?? ''
    this.method = request.method ?? ''
    this.segments = path.split('/').slice(2)
    this.prefix = ctx.issuer.protocol === 'https:' ? '__Secure-' : ''
    this.cookies = readCookies(request)
    const devices = this.openCookie<readonly Device[]>('devices') ?? []
    const client = originOf(request, proxies)
    this.visitor = { network: networkOf(client.address), client, devices }
    const known = this.cookies.get(`${this.prefix}autora_browser`)
    this.browser = known && /^[A-Za-z0-9_-]{22}$/.test(known) ? known : randomBytes(16).toString('base64url')
    if (this.browser !== known) this.setCookie('browser', this.browser)
  }

  /**
   * Reads a request.
   * @throws {RequestRefused} for a method, type or length that pages do not take, another origin, or a foreign form.
   */
  static async read(
    request: IncomingMessage,
    response: ServerResponse,
    ctx: AccountContext,
    proxies: number,
  ): Promise<Visit> {
    const visit = new Visit(request, response, ctx, proxies)
    if (visit.method === 'GET' || visit.method === 'HEAD') return visit
    if (visit.method !== 'POST') throw new RequestRefused(405)
    visit.demandOrigin()
    const form = await readForm(request)
    if (!sameMac(Buffer.from(form.get('token') ?? '', 'base64url'), visit.tokenBytes()))
      throw new RequestRefused(403)
    Object.assign(visit, { form })
    return visit
  }

  /** What forms on this page carry: bound to this browser and to the interaction or page it is in. */
  get token(): string {
    return this.tokenBytes().toString('base64url')
  }

  get isPost(): boolean {
    return this.method === 'POST'
  }

  /** A field of the form; empty when it is missing. */
  text(name: string): string {
    return this.form.get(name) ?? ''
  }

  /** What a signed cookie of ours holds. */
  openCookie<Value>(name: string): Value | null {
    const text = this.cookies.get(`${this.prefix}autora_${name}`)
    return openValue<Value>(this.ctx.keys, name, text, this.ctx.clock.now())
  }

  /** Sets a signed cookie, for `lifeMs` milliseconds. */
  keepCookie(name: string, value: object, lifeMs: number): void {
    const expiresAt = new Date(this.ctx.clock.now().getTime() + lifeMs)
    this.setCookie(name, signValue(this.ctx.keys, name, value, expiresAt), Math.floor(lifeMs / 1000))
  }

  /** Takes a cookie back. */
  dropCookie(name: string): void {
    this.setCookie(name, '', 0)
  }

  /** Remembers that this device has signed in to an account: its attempts are counted apart from everybody else's. */
  keepDevice(accountId: string): void {
    const known = this.visitor.devices.find((device) => device.accountId === accountId)
    const device = known ?? { accountId, deviceId: randomBytes(16).toString('base64url') }
    const others = this.visitor.devices.filter((one) => one.accountId !== accountId)
    this.keepCookie('devices', [device, ...others].slice(0, MOST_DEVICE_ACCOUNTS), DEVICE_LIFE_MS)
  }

  private setCookie(name: string, value: string, maxAgeSeconds?: number): void {
    const secure = this.prefix === '' ? '' : '; Secure'
    const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
    this.response.appendHeader(
      'set-cookie',
      `${this.prefix}autora_${name}=${value}; Path=/sign-in; HttpOnly; SameSite=Lax${secure}${age}`,
    )
  }

  private tokenBytes(): Buffer {
    const [first = '', second = ''] = this.segments
    const scope = first === 'invitation' || first === 'reset' ? `${first}/${second}` : first
    return this.ctx.keys.mac('form', `${this.browser}|${scope}`)
  }

  private demandOrigin(): void {
    const { origin, 'sec-fetch-site': site } = this.request.headers
    const isOwn = origin === undefined ? site === 'same-origin' : origin === this.ctx.issuer.origin
    if (!isOwn) throw new RequestRefused(403)
  }
}

function readCookies(request: IncomingMessage): ReadonlyMap<string, string> {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.map(([name = '', ...value]) => [name, value.join('=')]))
}

async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') throw new RequestRefused(415)
  const body = await readBody(request, MOST_FORM_BYTES)
  if (!body) throw new RequestRefused(413)
  const fields = [...new URLSearchParams(body.toString('utf8'))]
  if (new Set(fields.map(([name]) => name)).size < fields.length) throw new RequestRefused(400)
  return new Map(fields)
}
