import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import type { ErrorCode } from '@autora/shared/errors'
import type { Log } from '@autora/shared/telemetry'
import { parse } from 'graphql'
import { CallFailed, type SubgraphCalls } from '../calls/index.js'
import type { Execution } from './execution.js'
import { batchRepresentations, spreadResults } from './representations.js'
import { fault, outwardError, type SubgraphResult } from './subgraph-result.js'
import { toldOf } from './withheld.js'

type ProcessOptions = GraphQLDataSourceProcessOptions
type GatewayResponse = Awaited<ReturnType<GraphQLDataSource['process']>>

type Path = readonly (string | number)[]

/** Response keys of the fields a fetch begins with. Read from its text: only a fetch that failed is looked at. */
const rootKeys = ({ request }: ProcessOptions): string[] => {
  const { definitions } = parse(request.query ?? '{ __typename }', { noLocation: true })
  const operation = definitions.find((one) => one.kind === 'OperationDefinition')
  return (operation?.selectionSet.selections ?? []).flatMap((field) =>
    field.kind === 'Field' ? [field.alias?.value ?? field.name.value] : [],
  )
}

/** Paths of what a fetch brings, as far as no list stands on them: of a fetch at the root, one for each of its fields. */
function fetchPaths(options: ProcessOptions): readonly Path[] {
  const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : []
  const list = path.indexOf('@')
  const known = (list < 0 ? path : path.slice(0, list)) as Path
  if (known.length > 0) return [known]
  const keys = rootKeys(options)
  return keys.length > 0 ? keys.map((key) => [key]) : [known]
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
    const fetch = (sent: object) => {
      const extensions = toldOf(execution)
      const body = { query, ...(operationName && { operationName }), variables: sent, extensions }
      return this.fetch(execution, JSON.stringify(body), () => fetchPaths(options))
    }
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
    paths: () => readonly Path[],
  ): Promise<SubgraphResult> {
    const faults = (code: ErrorCode) => ({ data: null, errors: paths().map((path) => fault(code, path)) })
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
      return faults(answer.status === 503 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR')
    } catch (error) {
      const isCall = error instanceof CallFailed
      if (isCall) this.warn('subgraph.failed', execution, { fault: error.fault })
      else this.log.error('subgraph.unreadable', error, { subgraph: this.calls.name })
      return faults(isCall ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR')
    }
  }

  private warn(event: string, { caller }: Execution, fields: Record<string, string | number>): void {
    this.log.warn(event, { subgraph: this.calls.name, requestId: caller.caller.requestId, ...fields })
  }
}
