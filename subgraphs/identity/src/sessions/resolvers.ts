import { answer, type Resolvers } from '@autora/shared/graphql'
import {
  connection,
  decodeId,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { storeById } from '../stores/index.js'
import { membershipById, userById } from '../users/index.js'
import type { SessionRow } from './entity.js'
import { endAllSessions, endSession, listSessions, sessionById, sessionStatus } from './service.js'

interface SessionsArguments extends PageArguments {
  readonly userId?: string | null
  readonly live?: boolean | null
}

const queries: Resolvers[string] = {
  async sessions(_root, args: SessionsArguments, ctx: RequestContext) {
    const page = pageRequest(args)
    const userId = typeof args.userId === 'string' ? decodeId('User', args.userId) : undefined
    if (userId === null) return connection([], page, ({ id }) => ({ id, at: id }))
    const rows = await listSessions(ctx, page, { userId: userId ?? null, isLive: args.live ?? null })
    return connection(rows, page, ({ id, startedAt }) => ({ id, at: startedAt }))
  },
}

/** GraphQL ⇄ use cases of sessions. */
export const sessionResolvers: Resolvers = {
  Query: queries,
  Mutation: {
    sessionEnd: (_root, { input }: { input: { id: string } }, ctx) =>
      answer(endSession(ctx, decodeId('Session', input.id)), (session) => ({ session })),
    sessionEndAll: (_root, { input }: { input: { userId: string } }, ctx) =>
      answer(endAllSessions(ctx, decodeId('User', input.userId)), (ended) => ({ ended })),
  },
  Session: {
    __resolveReference: ({ id }: { id: string }, ctx: RequestContext) =>
      sessionById(ctx, decodeId('Session', id)),
    id: (session: SessionRow) => encodeId('Session', session.id),
    client: (session: SessionRow) => session.clientId,
    status: (session: SessionRow, _args, ctx) => sessionStatus(session, ctx.clock.now()),
    isCurrent: (session: SessionRow, _args, ctx) => session.id === ctx.actor.sessionId,
    store: (session: SessionRow, _args, ctx) => storeById(ctx, session.storeId),
    user: (session: SessionRow, _args, ctx) => userById(ctx, session.userId),
    membership: (session: SessionRow, _args, ctx) => membershipById(ctx, session.membershipId),
  },
}
