import type { ServerResponse } from 'node:http'
import { Listener, REVOCATION_CHANNEL } from '@autora/shared/database'
import type { StreamRoute } from '@autora/shared/graphql'
import type { Log } from '@autora/shared/telemetry'

/** Gateways at once, and the bytes that one may be behind before it is cut off. */
const limits = { gateways: 256, behind: 256 * 1024 } as const

const noticeForm = /^([a-z]{1,20}):([0-9a-f-]{36})?$/

/** What a line says beside its number and time. */
type Tale =
  /** The first line: what is told begins here. */
  | { readonly kind: 'open' }
  /** Everything that was committed before `at` has been told. */
  | { readonly kind: 'beat' }
  /** Nothing can be told until the next beat. */
  | { readonly kind: 'lost' }
  /** Something may have been missed. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'changed'; readonly what: string; readonly id: string }

interface Gateway {
  readonly response: ServerResponse
  told: number
}

/** How the feed reaches the database. */
export interface FeedOptions {
  readonly databaseUrl: string
  readonly log: Log
}

/**
 * Hands what PostgreSQL tells on to every gateway that listens: lines of JSON, numbered, each with the time of this
 * process up to which everything was told. Whoever connects hears what comes after; nothing is kept for anybody.
 */
export class RevocationFeed {
  private readonly gateways = new Set<Gateway>()
  private readonly listener: Listener
  private isLive = false

  private constructor(private readonly options: FeedOptions) {
    this.listener = Listener.start({
      url: options.databaseUrl,
      applicationName: 'autora-identity-feed',
      channel: REVOCATION_CHANNEL,
      onNotice: (payload) => this.notice(payload),
      onProof: (provedAt) => this.proved(provedAt),
      onLost: (cause) => this.lost(cause),
    })
  }

  /** Starts to listen; gateways may come before the database does. */
  static open(options: FeedOptions): RevocationFeed {
    return new RevocationFeed(options)
  }

  /** Takes one gateway's signed call over: 403 for who is not the platform itself, 503 when there are too many. */
  readonly join: StreamRoute = ({ actor }, response) => {
    const isSystem = actor.kind === 'SYSTEM'
    if (!isSystem || this.gateways.size >= limits.gateways) {
      response.writeHead(isSystem ? 503 : 403).end()
      return
    }
    const gateway: Gateway = { response, told: 0 }
    this.gateways.add(gateway)
    response.on('error', () => response.destroy())
    response.on('close', () => this.gateways.delete(gateway))
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    this.write(gateway, { kind: 'open' }, performance.now())
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const { response } of this.gateways) response.end()
    this.gateways.clear()
    await this.listener.close()
  }

  private notice(payload: string): void {
    const [, what, id = ''] = noticeForm.exec(payload) ?? []
    this.tell(what ? { kind: 'changed', what, id } : { kind: 'forget' }, performance.now())
  }

  private proved(provedAt: number): void {
    if (!this.isLive) {
      this.options.log.info('revocations.listening')
      this.tell({ kind: 'forget' }, provedAt)
    }
    this.isLive = true
    this.tell({ kind: 'beat' }, provedAt)
  }

  private lost(cause: unknown): void {
    if (!this.isLive) return
    this.isLive = false
    this.options.log.error('revocations.lost', cause)
    this.tell({ kind: 'lost' }, performance.now())
  }

  private tell(tale: Tale, at: number): void {
    for (const gateway of this.gateways) this.write(gateway, tale, at)
  }

  private write(gateway: Gateway, tale: Tale, at: number): void {
    const { response } = gateway
    if (response.writableLength > limits.behind) {
      response.destroy()
      return
    }
    response.write(`${JSON.stringify({ seq: gateway.told, at, ...tale })}\n`)
    gateway.told += 1
  }
}
