import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { scopeOf } from '../scope.js'
import type { ExternalIdentityRow } from './entity.js'
import { endIdentity, insertIdentity, lockProvider, pageOfIdentities } from './repository.js'
import { demandGroupAdmin } from './service.js'

/** A page of links, and one more. */
export const listIdentities = (ctx: RequestContext, page: PageRequest): Promise<ExternalIdentityRow[]> =>
  ctx.tenant.read((tx) => pageOfIdentities(tx, scopeOf(ctx.actor), page))

/** Who shall be whom. */
export interface LinkIdentityInput {
  readonly providerId: string | null
  readonly subject: string
  readonly userId: string | null
}

/**
 * Says which person of the group a subject of its provider is. Nothing a token says can make such a link.
 *
 * @throws {DomainError} ACCESS_DENIED, STEP_UP_REQUIRED - see `demandGroupAdmin`.
 * @throws {DomainError} NOT_FOUND - provider or person are absent or another group's.
 * @throws {DomainError} SUBJECT_TAKEN - the subject is linked; unlink it first.
 */
export async function linkIdentity(
  ctx: RequestContext,
  input: LinkIdentityInput,
): Promise<ExternalIdentityRow> {
  demandGroupAdmin(ctx)
  const { providerId, subject, userId } = input
  if (!/^[^\p{Cc}]{1,255}$/u.test(subject))
    throw invalid('INVALID', { field: ['subject'], message: 'subject must have 1 to 255 characters.' })
  return ctx.tenant.write(async (tx) => {
    const { tenantId } = ctx.actor
    const provider = providerId === null ? undefined : await lockProvider(tx, tenantId, providerId)
    if (!provider || userId === null) throw notFound()
    const link = { tenantId, id: randomUUID(), providerId: provider.id, subject, userId }
    const linked = await insertIdentity(tx, link)
    if (!linked) throw conflict('SUBJECT_TAKEN', { field: ['subject'] })
    const detail = { providerId: provider.id, userId }
    await recordAudit(tx, 'externalIdentity.linked', { targetId: linked.id, storeId: null, detail })
    return linked
  })
}

/**
 * Ends a link: from then on the subject is nobody.
 *
 * @throws {DomainError} ACCESS_DENIED, STEP_UP_REQUIRED, NOT_FOUND
 */
export async function unlinkIdentity(ctx: RequestContext, id: string | null): Promise<ExternalIdentityRow> {
  demandGroupAdmin(ctx)
  return ctx.tenant.write(async (tx) => {
    const ended = id === null ? undefined : await endIdentity(tx, ctx.actor.tenantId, id)
    if (!ended) throw notFound()
    const detail = { providerId: ended.providerId, userId: ended.userId }
    await recordAudit(tx, 'externalIdentity.unlinked', { targetId: ended.id, storeId: null, detail })
    return ended
  })
}
