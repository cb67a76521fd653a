import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import type { Log } from '@autora/shared/telemetry'
import { CallFailed, type SubgraphCalls } from '../calls/index.js'
import type { Execution } from './execution.js'
import { batchRepresentations, spreadResults } from './representations.js'
import { fault, outwardError, type SubgraphResult } from './subgraph-result.js'

type ProcessOptions = GraphQLDataSourceProcessOptions
type GatewayResponse = Awaited<ReturnType<GraphQLDataSource['process']>>

/** Path of a fetch in the answer, as far as no list stands on it. */
function fetchPath(options: ProcessOptions): (string | number)[] {
  const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : []
  const list = path.indexOf('@')
  return (list < 0 ? path : path.slice(0, list)) as (string | number)[]
}

function checkResult(parsed: unknown): SubgraphResult | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
  const { data, errors } = parsed as { data?: unknown; errors?: unknown }
  if (typeof data !== 'object' && data !== undefined) return null
  if (Array.isArray(data) || (errors !== undefined && !Array.isArray(errors))) return null
  if (!data && !errors) return null
  return {
    data: (data ?? null) as Record<string, unknown> | null,
    ...(errors && errors.length > 0 && { errors: errors.map(outwardError) }),
  }
}

/**
 * The way of one subgraph's fetches: signed for the caller, bounded, checked. Errors are made fit for clients here,
 * because the library passes on what it is given.
 */
export class SubgraphSource implements GraphQLDataSource {
  constructor(
    private readonly calls: SubgraphCalls,
    private readonly log: Log,
  ) {}

  async process(options: ProcessOptions): Promise<GatewayResponse> {
    const execution = options.context as Execution
    const { query = '', variables = {}, operationName } = options.request
    const { representations } = variables as { representations?: readonly unknown[] }
    const fetch = (sent: object) =>
      this.fetch(
        execution,
        JSON.stringify({ query, ...(operationName && { operationName }), variables: sent }),
        fetchPath(options),
      )
    if (!representations) return (await fetch(variables)) as GatewayResponse
    const batches = batchRepresentations(representations)
    const results = await Promise.all(
      batches.parts.map((part) => fetch({ ...variables, representations: part })),
    )
    return spreadResults(batches, results) as GatewayResponse
  }

  private async fetch(
    execution: Execution,
    body: string,
    path: (string | number)[],
  ): Promise<SubgraphResult> {
    try {
      const answer = await this.calls.post(execution.caller, {
        path: '/graphql',
        body,
        signal: execution.signal,
        isRepeatable: execution.operation.operation === 'query',
      })
      const result = answer.contentType.startsWith('application/json')
        ? checkResult(JSON.parse(answer.body.toString('utf8')))
        : null
      if (answer.status === 200 && result) return result
      this.warn('subgraph.refused', execution, { status: answer.status })
      return {
        data: null,
        errors: [fault(answer.status === 503 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR', path)],
      }
    } catch (error) {
      const isCall = error instanceof CallFailed
      if (isCall) this.warn('subgraph.failed', execution, { fault: error.fault })
      else this.log.error('subgraph.unreadable', error, { subgraph: this.calls.name })
      return { data: null, errors: [fault(isCall ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR', path)] }
    }
  }

  private warn(event: string, { caller }: Execution, fields: Record<string, string | number>): void {
    this.log.warn(event, { subgraph: this.calls.name, requestId: caller.caller.requestId, ...fields })
  }
}
