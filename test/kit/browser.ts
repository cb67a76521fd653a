interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** What came back from one address, redirects not followed. */
export interface Page {
  readonly url: string
  readonly status: number
  /** Absolute; null when it is no redirect. */
  readonly location: string | null
  readonly text: string
  readonly headers: Headers
}

/** Keeps cookies as a browser does, by path, and follows redirects within one origin. */
export class Browser {
  private cookies: readonly Cookie[] = []

  /** Loads one address. @param form - posts it. */
  async load(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    const { pathname } = new URL(url)
    const sent = this.cookies.filter(({ path }) => path === '/' || `${pathname}/`.startsWith(`${path}/`))
    const response = await fetch(url, {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: { cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; ') },
      ...(form && { body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    const location = response.headers.get('location')
    return {
      url,
      status: response.status,
      location: location === null ? null : new URL(location, url).href,
      text: await response.text(),
      headers: response.headers,
    }
  }

  /** Loads an address and what it redirects to, until a page comes or the way leads to another origin. */
  async go(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    let page = await this.load(url, form)
    for (let hops = 0; page.location && new URL(page.location).origin === new URL(url).origin; hops++) {
      if (hops > 10) throw new Error('the redirects go in a circle')
      page = await this.load(page.location)
    }
    return page
  }

  /** The value of a cookie that was kept. @throws {Error} when there is none of the name. */
  cookie(name: string): string {
    const found = this.cookies.find((cookie) => cookie.name === name)
    if (!found) throw new Error(`there is no cookie ${name}`)
    return found.value
  }

  /** Puts a cookie there that no server set. */
  setCookie(name: string, value: string): void {
    this.cookies = [...this.cookies.filter((cookie) => cookie.name !== name), { name, value, path: '/' }]
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(name.length + 1)
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/'
    const others = this.cookies.filter((cookie) => cookie.name !== name || cookie.path !== path)
    this.cookies = value === '' ? others : [...others, { name, value, path }]
  }
}
