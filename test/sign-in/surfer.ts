import { request } from 'node:http'
import type { SignInSite } from '../kit/sign-in-site.js'

/** A page as it came over the wire. */
export interface Page {
  readonly status: number
  readonly text: string
  readonly location: string | null
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** How a request differs from what a browser sends. */
export interface Oddity {
  readonly origin?: string | null
  readonly type?: string
  /** Left out of the form when null. */
  readonly token?: string | null
}

/** A browser without scripts, at an address of its own: keeps cookies, sends forms as they stand on the page. */
export class Surfer {
  private cookies = new Map<string, string>()
  /** The page that is shown. */
  page: Page = { status: 0, text: '', location: null, headers: {} }
  private path = ''

  /** @param address - where it comes from, 127.0.0.0/8. */
  constructor(
    private readonly site: SignInSite,
    private readonly address = '127.0.1.1',
  ) {}

  /** Opens a path and follows redirects to pages of ours. */
  async open(path: string): Promise<Page> {
    this.page = await this.send('GET', path)
    return this.follow()
  }

  /** Sends the form that stands on the page with this action (by default the path itself), with these fields. */
  async submit(fields: Record<string, string>, action = this.path, oddity: Oddity = {}): Promise<Page> {
    const hidden = [...this.page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)]
    const found = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
    const { token: known = '', sealed } = found
    const token = oddity.token === undefined ? known : oddity.token
    const form = { ...(sealed !== undefined && { sealed }), ...(token !== null && { token }), ...fields }
    this.page = await this.send('POST', action, new URLSearchParams(form).toString(), oddity)
    return this.follow()
  }

  /** Everything this browser would send along. */
  get jar(): ReadonlyMap<string, string> {
    return this.cookies
  }

  /** Takes over what another browser holds. */
  take(jar: ReadonlyMap<string, string>, ...names: readonly string[]): void {
    for (const name of names) this.cookies.set(name, jar.get(name) ?? '')
  }

  /** Forgets cookies. */
  forget(...names: readonly string[]): void {
    for (const name of names) this.cookies.delete(name)
  }

  /** Sends one request and follows nothing. */
  send(method: string, path: string, body?: string, oddity: Oddity = {}): Promise<Page> {
    const { port, origin: own } = this.site
    const origin = oddity.origin === undefined ? own : oddity.origin
    const headers = {
      host: `localhost:${port}`,
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(body !== undefined && { 'content-type': oddity.type ?? 'application/x-www-form-urlencoded' }),
      ...(body !== undefined && origin !== null && { origin }),
    }
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, method, path, headers, localAddress: this.address, agent: false },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (piece: string) => {
            text += piece
          })
          response.on('end', () => {
            for (const line of response.headers['set-cookie'] ?? []) this.keep(line)
            const location = response.headers.location ?? null
            this.path = path
            resolve({ status: response.statusCode ?? 0, text, location, headers: response.headers })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  private async follow(): Promise<Page> {
    for (let hops = 0; this.page.location?.startsWith('/') && hops < 10; hops++)
      this.page = await this.send('GET', this.page.location)
    return this.page
  }

  private keep(line: string): void {
    const [pair = ''] = line.split(';')
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(name.length + 1)
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** The one heading of a page. */
export const heading = ({ text }: Page): string => /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? ''
