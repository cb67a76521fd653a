import { type Connection, type PageArguments, pageRequest, type RequestContext } from '@autora/shared/request'
import { loadById, loadChildren } from '../batches.js'
import type { CustomerRow } from '../customers/index.js'
import { optionalUuidOf, soleStore } from '../given-ids.js'
import { childPage, pageFrom } from '../pages.js'
import type { ExternalIdRow, LeadRow, LeadSource, StatusChangeRow, VehicleRow } from './entity.js'
import { selectExternalIds, selectStatusChanges, selectVehicles } from './parts-repository.js'
import { selectLeads, selectLeadsById, selectLeadsOfCustomers } from './repository.js'
import type { LeadStatus } from './status-machine.js'

/** One lead, or null: absent and foreign alike. */
export const loadLead = (ctx: RequestContext, id: string): Promise<LeadRow | null> =>
  loadById(ctx, 'lead', id, selectLeadsById)

/** Arguments of `leads`. */
export interface LeadListArguments extends PageArguments {
  readonly filter?: {
    readonly storeId?: string | null
    readonly status?: LeadStatus | null
    readonly source?: LeadSource | null
    readonly assigneeId?: string | null
    readonly isUnassigned?: boolean | null
  } | null
}

/** One page of the leads the caller can see, newest first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export async function listLeads(ctx: RequestContext, args: LeadListArguments): Promise<Connection<LeadRow>> {
  const page = pageRequest(args)
  const { filter } = args
  const conditions = {
    storeId: soleStore(ctx, filter?.storeId),
    status: filter?.status ?? null,
    source: filter?.source ?? null,
    assigneeId: optionalUuidOf('User', filter?.assigneeId),
    isUnassigned: filter?.isUnassigned ?? null,
  }
  return pageFrom(await ctx.tenant.read((tx) => selectLeads(tx, conditions, page)), page)
}

/** One page of the leads of a customer, newest first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export const leadsOf = (
  ctx: RequestContext,
  customer: CustomerRow,
  args: PageArguments,
): Promise<Connection<LeadRow>> => childPage(ctx, 'customer.leads', customer.id, args, selectLeadsOfCustomers)

/** Vehicles of one kind that a lead is about, the most wanted first. */
export async function vehiclesOf(
  ctx: RequestContext,
  { id }: LeadRow,
  part: VehicleRow['part'],
): Promise<readonly VehicleRow[]> {
  const vehicles = await loadChildren(ctx, 'lead.vehicles', id, selectVehicles)
  return vehicles.filter((vehicle) => vehicle.part === part)
}

/** Ids of a lead in other systems. */
export const externalIdsOf = (ctx: RequestContext, { id }: LeadRow): Promise<readonly ExternalIdRow[]> =>
  loadChildren(ctx, 'lead.externalIds', id, selectExternalIds)

/** The latest 100 changes of a lead's status, oldest first. */
export const statusHistoryOf = (ctx: RequestContext, { id }: LeadRow): Promise<readonly StatusChangeRow[]> =>
  loadChildren(ctx, 'lead.statusHistory', id, selectStatusChanges)
