import { ApolloGateway } from '@apollo/gateway'
import { HeaderMap } from '@apollo/server'
import { codes } from '@autora/shared/errors'
import type { Log } from '@autora/shared/telemetry'
import { GraphQLError } from 'graphql'
import { redact } from '../authorize/index.js'
import type { SubgraphWays } from '../calls/index.js'
import type { Execution } from './execution.js'
import { forbidTelemetry } from './no-telemetry.js'
import { outwardError } from './subgraph-result.js'
import { SubgraphSource } from './subgraph-source.js'

type Executor = ApolloGateway['executor']
type ExecutorContext = Parameters<Executor>[0]
type ExecutorResult = Awaited<ReturnType<Executor>>

/** What the planner throws at operations that would take it too long. */
const plannerLimit = /Number of non-local selections exceeds limit|Exceeded maximum recursive selections/

/** The library logs texts; what matters is logged by us, with values. */
export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** The planner gave up: the operation is at fault, not the platform. */
const tooMuch = (): ExecutorResult => ({
  errors: [
    new GraphQLError(codes.OPERATION_LIMIT_EXCEEDED, {
      extensions: { code: 'OPERATION_LIMIT_EXCEEDED', http: { status: 400, headers: new HeaderMap() } },
    }),
  ],
})

/**
 * Apollo's gateway behind our decision: what is planned and carried out is the program that was compiled for the
 * caller, never the client's own document, and what comes back carries no word that is not of our catalogue.
 */
export class SecuredGateway extends ApolloGateway {
  constructor(
    supergraphSdl: string,
    ways: SubgraphWays,
    private readonly log: Log,
  ) {
    forbidTelemetry()
    super({
      supergraphSdl,
      buildService: ({ name }) => {
        if (name === 'identity' || name === 'dealer_ops' || name === 'audit')
          return new SubgraphSource(ways.calls[name], log)
        throw new Error(`The supergraph names an unknown subgraph: ${name}`)
      },
      serviceHealthCheck: false,
      __exposeQueryPlanExperimental: false,
      debug: false,
      logger: quiet,
    })
  }

  override async load(): ReturnType<ApolloGateway['load']> {
    const { schema, executor } = await super.load()
    return { schema, executor: (context) => this.secured(context, executor) }
  }

  private async secured(context: ExecutorContext, carryOut: Executor): Promise<ExecutorResult> {
    const execution = context.context as Execution
    const { program, caller, viewAs } = execution
    if (program.denials.length > 0) throw new Error('a refused operation must not be carried out')
    const { actor, requestId } = caller.caller
    let result: ExecutorResult
    try {
      result = await carryOut({ ...context, document: program.document, queryHash: program.planKey })
    } catch (error) {
      if (error instanceof Error && plannerLimit.test(error.message)) return tooMuch()
      throw error
    }
    const { data } = result
    const errors = result.errors?.map((error) => {
      const { message, path, extensions } = outwardError(error)
      execution.codes.add(extensions.code)
      if (extensions.code === 'INTERNAL_SERVER_ERROR')
        this.log.error('operation.failed', error, { requestId })
      return new GraphQLError(message, { extensions, ...(path && { path }) })
    })
    const redactions = program.hidden && data ? redact(program.hidden, data, actor.policy.version) : []
    const access = { ...(redactions.length > 0 && { redactions }), ...(viewAs && { viewAs }) }
    return {
      ...(errors && { errors }),
      data: data ?? null,
      extensions: { requestId, ...(Object.keys(access).length > 0 && { access }) },
    }
  }
}
