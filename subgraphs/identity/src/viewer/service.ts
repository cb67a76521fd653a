import type { Actor } from '@autora/shared/actor'
import type { RequestContext } from '@autora/shared/request'
import { apiKeyById } from '../api-keys/index.js'
import { userById } from '../users/index.js'

/** What the caller is called: his own name, or the label of the key. Null where he cannot see himself. */
export async function ownName(ctx: RequestContext): Promise<string | null> {
  const { kind, id }: Actor = ctx.actor
  if (kind === 'KEY') return (await apiKeyById(ctx, id))?.label ?? null
  return (await userById(ctx, id))?.displayName ?? null
}
