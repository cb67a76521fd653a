/** A GraphQL answer as it came over the wire. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
  readonly data: any
  readonly errors: readonly GraphQLAnswerError[]
  readonly redactions: readonly Redaction[]
}

/** One entry of `errors`. */
export interface GraphQLAnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: { readonly code: string; readonly reason?: string; readonly coordinate?: string }
}

/** One entry of `extensions.access.redactions`. */
export interface Redaction {
  readonly path: readonly string[]
  readonly coordinate: string
  readonly class: string
  readonly policy: string
  readonly reason: string
}

interface Body {
  readonly data?: unknown
  readonly errors?: readonly GraphQLAnswerError[]
  readonly extensions?: { readonly access?: { readonly redactions?: readonly Redaction[] } }
}

const parse = (text: string): Body => {
  try {
    return JSON.parse(text) as Body
  } catch {
    return {}
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = parse(text)
  return {
    status: response.status,
    text,
    headers: response.headers,
    data: json.data ?? null,
    errors: json.errors ?? [],
    redactions: json.extensions?.access?.redactions ?? [],
  }
}

/** Somebody at the gateway: real HTTP, one credential. */
export class Client {
  constructor(
    readonly gatewayUrl: string,
    private readonly credential: (() => Promise<string>) | null,
  ) {}

  /** Sends an operation. */
  async send(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/graphql', JSON.stringify({ query, variables }), {
      'content-type': 'application/json',
      ...headers,
    })
  }

  /** Sends any body anywhere. */
  async post(path: string, body: string | Buffer, headers: Record<string, string>): Promise<Answer> {
    const authorization = this.credential ? { authorization: `Bearer ${await this.credential()}` } : {}
    const response = await fetch(`${this.gatewayUrl}${path}`, {
      method: 'POST',
      headers: { ...authorization, ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
    return answerOf(response)
  }

  /** Reads from an address. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const authorization = this.credential ? { authorization: `Bearer ${await this.credential()}` } : {}
    return answerOf(await fetch(`${this.gatewayUrl}${path}`, { headers: { ...authorization, ...headers } }))
  }
}
