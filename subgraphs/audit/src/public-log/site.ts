import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SqlValue, TenantDatabase } from '@autora/shared/database'
import type { PublicSite } from '@autora/shared/graphql'
import type { Log } from '@autora/shared/telemetry'
import { publicDocument } from './service.js'

const PREFIX = '/trail/'

/** The public part of the log, for the gateway to hand on: it has no caller, and so reads nothing that has a wall. */
export class PublicLogSite implements PublicSite {
  constructor(
    private readonly database: Pick<TenantDatabase, 'append'>,
    private readonly log: Log,
  ) {}

  owns(path: string): boolean {
    return path.startsWith(PREFIX)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, body: Buffer = Buffer.of(), type = 'application/octet-stream') => {
      response.writeHead(status, { 'content-type': type, 'content-length': body.length })
      response.end(body)
    }
    if (request.method !== 'GET') return end(405)
    try {
      const query = <Row extends object>(sql: string, parameters: readonly SqlValue[] = []) =>
        this.database.append<Row>(sql, parameters)
      const found = await publicDocument({ query }, (request.url ?? '').slice(PREFIX.length))
      if (!found) return end(404)
      end(200, found.body, found.kind === 'CHECKPOINT' ? 'text/plain; charset=utf-8' : undefined)
    } catch (error) {
      this.log.error('publicLog.failed', error)
      end(503)
    }
  }
}
