import { randomUUID } from 'node:crypto'
import { type EventName, recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { forbidden, invalid, notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { PartnerAppChanges, PartnerAppRow } from './entity.js'
import {
  findPartnerApps,
  insertPartnerApp,
  lockPartnerApp,
  pageOfPartnerApps,
  savePartnerApp,
} from './repository.js'

/** A page of the applications the caller can see, and one row more when there is a next page. */
export const listPartnerApps = (ctx: RequestContext, page: PageRequest): Promise<PartnerAppRow[]> =>
  ctx.tenant.read((tx) => pageOfPartnerApps(tx, scopeOf(ctx.actor), page))

/** One application; null when it is absent, foreign, or the id was malformed. */
export const partnerAppById = (ctx: RequestContext, id: string | null): Promise<PartnerAppRow | null> =>
  loadById(ctx, 'partnerApp', id, findPartnerApps)

/** One application, inside the transaction of a deed. @throws {DomainError} NOT_FOUND - absent, or not the caller's. */
export async function demandPartnerApp(
  tx: TenantTx,
  ctx: RequestContext,
  id: string | null,
): Promise<PartnerAppRow> {
  const [app] = id === null ? [] : await findPartnerApps(tx, scopeOf(ctx.actor), [id])
  if (!app) throw notFound()
  return app
}

/**
 * Registers an application.
 *
 * @throws {DomainError} INVALID - the name has not 1 to 120 characters in one line.
 * @throws {DomainError} NOT_FOUND - the legal entity is absent, or not the caller's.
 * @throws {DomainError} ACCESS_DENIED - the caller answers for some stores of the group only.
 */
export async function createPartnerApp(
  ctx: RequestContext,
  input: { readonly name: string; readonly legalEntityId: string | null },
): Promise<PartnerAppRow> {
  demandWholeGroup(ctx)
  const name = demandName(input.name)
  const { legalEntityId } = input
  if (legalEntityId === null) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const app = await insertPartnerApp(tx, scopeOf(ctx.actor), { id: randomUUID(), name, legalEntityId })
    if (!app) throw notFound()
    await record(tx, 'partnerApp.created', app)
    return app
  })
}

/** Renames an application. @throws {DomainError} as `createPartnerApp`. */
export const renamePartnerApp = (
  ctx: RequestContext,
  input: { readonly id: string | null; readonly name: string },
): Promise<PartnerAppRow> => change(ctx, input.id, { name: demandName(input.name) }, 'partnerApp.updated')

/** Closes an application: from the next request on its keys open nothing. @throws {DomainError} NOT_FOUND, ACCESS_DENIED. */
export const suspendPartnerApp = (ctx: RequestContext, id: string | null): Promise<PartnerAppRow> =>
  change(ctx, id, { status: 'SUSPENDED' }, 'partnerApp.suspended')

/** Opens it again. @throws {DomainError} NOT_FOUND, ACCESS_DENIED. */
export const reinstatePartnerApp = (ctx: RequestContext, id: string | null): Promise<PartnerAppRow> =>
  change(ctx, id, { status: 'ACTIVE' }, 'partnerApp.reinstated')

/** One change with its event; an application that is like this already is returned unchanged and without an event. */
async function change(
  ctx: RequestContext,
  id: string | null,
  changes: PartnerAppChanges,
  event: EventName,
): Promise<PartnerAppRow> {
  demandWholeGroup(ctx)
  return ctx.tenant.write(async (tx) => {
    const app = id === null ? undefined : await lockPartnerApp(tx, scopeOf(ctx.actor), id)
    if (!app) throw notFound()
    const { name = app.name, status = app.status } = changes
    if (name === app.name && status === app.status) return app
    const saved = await savePartnerApp(tx, app, changes)
    if (!saved) throw notFound()
    await record(tx, event, saved)
    return saved
  })
}

/** An application serves all stores of its group. The database says the same (policy `group_wide_update`). */
function demandWholeGroup({ actor }: RequestContext): void {
  if (actor.reach !== 'TENANT') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
}

const record = (tx: TenantTx, event: EventName, { id, tenantId, legalEntityId, status }: PartnerAppRow) =>
  recordAudit(tx, event, { targetId: id, tenantId, storeId: null, detail: { legalEntityId, status } })

function demandName(text: string): string {
  const name = text.trim()
  if (/^[^\p{Cc}]{1,120}$/u.test(name)) return name
  throw invalid('INVALID', { field: ['name'], message: 'name must have 1 to 120 characters in one line.' })
}
