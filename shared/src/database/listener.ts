import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

/** How often a listening connection is proved alive, and how long things may take; in milliseconds. */
export const listenerTimes = {
  between: 250,
  /** An answer that takes longer is none. */
  answer: 2_000,
  firstPause: 50,
  mostPause: 1_000,
} as const

/** Every so many proofs a notice is sent to oneself: LISTEN itself works, not only the connection. */
const OWN_NOTICE_EVERY = 12

/** How long a connection may take to end, in milliseconds: one that is dead never does. */
const END_MS = 500

/** What a listener is told, and whom it tells. */
export interface ListenerOptions {
  readonly url: string
  readonly applicationName: string
  /** A plain SQL name. */
  readonly channel: string
  /** A notice of somebody, in the order of commits. */
  onNotice(payload: string): void
  /** Every notice committed before `provedAt` (monotonic milliseconds of this process) was delivered. */
  onProof(provedAt: number): void
  /** From here on notices may be missed, until the next proof. */
  onLost(cause: unknown): void
}

/**
 * One connection that listens for notices of PostgreSQL. Silence is never taken for peace: the connection is proved
 * again and again, and says when it is lost. It needs a session of its own: a pooler in transaction mode cannot serve.
 */
export class Listener {
  private readonly finished: Promise<void>
  private isStopped = false
  private wake: () => void = () => undefined
  private pause: number = listenerTimes.firstPause

  private constructor(private readonly options: ListenerOptions) {
    this.finished = this.run()
  }

  /** Starts to listen, and goes on trying for as long as it takes. */
  static start(options: ListenerOptions): Listener {
    return new Listener(options)
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.isStopped = true
    this.wake()
    await this.finished
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      await this.listen()
      await this.rest(this.pause * (0.5 + Math.random()))
      this.pause = Math.min(this.pause * 2, listenerTimes.mostPause)
    }
  }

  /** One connection, from its beginning to its end. Never rejects: it says that it is lost. */
  private async listen(): Promise<void> {
    const { url, applicationName, channel } = this.options
    const client = new Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: listenerTimes.answer,
      query_timeout: listenerTimes.answer,
      keepAlive: true,
    })
    let fault: Error | undefined
    const breaks = (error: Error) => {
      fault ??= error
      this.wake()
    }
    client.on('error', breaks)
    client.on('end', () => breaks(new Error('the listening connection ended')))
    try {
      await client.connect()
      const own = new OwnNotice(client, channel, (payload) => this.options.onNotice(payload))
      // a notice to oneself would otherwise wait for the disk, and nothing depends on it
      await client.query(`set synchronous_commit = off; listen ${channel}`)
      for (let count = 0; !this.isStopped; count++) {
        const askedAt = performance.now()
        await (count % OWN_NOTICE_EVERY === 0 ? own.send() : client.query('select 1'))
        this.options.onProof(askedAt)
        this.pause = listenerTimes.firstPause
        if (!fault) await this.rest(listenerTimes.between)
        if (fault) throw fault
      }
    } catch (error) {
      if (!this.isStopped) this.options.onLost(error)
    }
    await end(client)
  }

  /** Waits, unless something ends the wait. */
  private async rest(ms: number): Promise<void> {
    if (this.isStopped) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Ends a connection; one that is dead does not answer, and is torn down. */
async function end(client: Client): Promise<void> {
  const { connection } = client as Client & { connection?: { stream?: { destroy(): void } } }
  const timer = setTimeout(() => connection?.stream?.destroy(), END_MS)
  await client.end().catch(() => undefined) // whatever it was, this connection is not used again
  clearTimeout(timer)
}

/** Notices that a connection sends to itself, kept apart from everybody else's. */
class OwnNotice {
  private awaited: { readonly payload: string; readonly arrive: () => void } | undefined

  constructor(
    private readonly client: Client,
    private readonly channel: string,
    onOther: (payload: string) => void,
  ) {
    client.on('notification', ({ payload = '' }) => {
      if (payload === this.awaited?.payload) this.awaited.arrive()
      else if (!payload.startsWith('proof:')) onOther(payload)
    })
  }

  /** Sends one and waits until it came back. @throws {Error} when it does not. */
  async send(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const arrived = new Promise<void>((arrive, reject) => {
      this.awaited = { payload: `proof:${randomUUID()}`, arrive }
      timer = setTimeout(() => reject(new Error('no notice came back')), listenerTimes.answer)
    })
    arrived.catch(() => undefined) // awaited below, unless the statement itself fails first
    try {
      await this.client.query('select pg_notify($1, $2)', [this.channel, this.awaited?.payload])
      await arrived
    } finally {
      clearTimeout(timer)
    }
  }
}
