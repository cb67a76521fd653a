import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, invalid, notFound } from '@autora/shared/errors'
import { demandStepUp, type PageRequest, type RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import { demandAddress, isOwnIssuer, type ProviderRules } from './addresses.js'
import type { IdentityProviderRow, ProviderChange, TokenAlgorithm, TokenType } from './entity.js'
import {
  activeProviders,
  findProviders,
  insertProvider,
  lockProvider,
  pageOfProviders,
  updateProvider,
} from './repository.js'

/** A page of providers, and one more. */
export const listProviders = (ctx: RequestContext, page: PageRequest): Promise<IdentityProviderRow[]> =>
  ctx.tenant.read((tx) => pageOfProviders(tx, scopeOf(ctx.actor), page))

/** One provider that the caller can see. */
export const providerById = (ctx: RequestContext, id: string | null): Promise<IdentityProviderRow | null> =>
  loadById(ctx, 'identityProvider', id, findProviders)

/** What gateways verify tokens with. @throws {DomainError} ACCESS_DENIED - not the platform itself asks. */
export async function providersForGateways(ctx: RequestContext): Promise<readonly IdentityProviderRow[]> {
  if (ctx.actor.kind !== 'SYSTEM') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  return ctx.tenant.read(activeProviders)
}

/**
 * Only who answers for the whole group decides how it signs in, and only fresh from his second factor.
 * @throws {DomainError} ACCESS_DENIED, STEP_UP_REQUIRED
 */
export function demandGroupAdmin(ctx: RequestContext): void {
  if (ctx.actor.reach !== 'TENANT') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  demandStepUp(ctx)
}

/** A provider as somebody wants it. */
export interface SaveProviderInput {
  /** Null makes a new one; `undefined` as well. */
  readonly id: string | null
  readonly isNew: boolean
  readonly name: string
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  readonly algorithms: readonly TokenAlgorithm[]
  readonly subjectClaim: string
  readonly tokenType: TokenType
  readonly isActive: boolean
}

function demandChange(input: SaveProviderInput, rules: ProviderRules): ProviderChange {
  const name = input.name.trim()
  if (!/^[^\p{Cc}]{1,80}$/u.test(name))
    throw invalid('INVALID', { field: ['name'], message: 'name must have 1 to 80 characters in one line.' })
  if (!/^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(input.subjectClaim))
    throw invalid('INVALID', {
      field: ['subjectClaim'],
      message: 'subjectClaim must be the name of a claim.',
    })
  const algorithms = [...new Set(input.algorithms)].sort()
  if (algorithms.length === 0)
    throw invalid('INVALID', { field: ['algorithms'], message: 'At least one algorithm is needed.' })
  return {
    name,
    jwksUri: demandAddress('jwksUri', input.jwksUri, rules),
    algorithms,
    subjectClaim: input.subjectClaim,
    tokenType: input.tokenType,
    status: input.isActive ? 'ACTIVE' : 'DISABLED',
  }
}

/**
 * Registers a provider, or changes one of the group. Whatever its tokens say, they can only ever name people of this group.
 *
 * @throws {DomainError} ACCESS_DENIED, STEP_UP_REQUIRED - see `demandGroupAdmin`.
 * @throws {DomainError} INVALID - a value lies outside what is allowed, or issuer or audience of a known one differ.
 * @throws {DomainError} ISSUER_TAKEN - issuer and audience are somebody's, or the issuer is the platform's own.
 * @throws {DomainError} NOT_FOUND - absent, removed or another group's.
 */
export async function saveProvider(
  ctx: RequestContext,
  input: SaveProviderInput,
  rules: ProviderRules,
): Promise<IdentityProviderRow> {
  demandGroupAdmin(ctx)
  const change = demandChange(input, rules)
  return ctx.tenant.write(async (tx) => {
    const saved = input.isNew
      ? await addProvider(tx, ctx.actor.tenantId, input, change, rules)
      : await changeProvider(tx, ctx.actor.tenantId, input, change)
    await recordAudit(tx, 'identityProvider.saved', {
      targetId: saved.id,
      storeId: null,
      detail: { version: saved.version, status: saved.status, algorithms: saved.algorithms },
    })
    return saved
  })
}

async function addProvider(
  tx: TenantTx,
  tenantId: string,
  input: SaveProviderInput,
  change: ProviderChange,
  rules: ProviderRules,
): Promise<IdentityProviderRow> {
  const issuer = demandAddress('issuer', input.issuer, rules)
  const { audience } = input
  if (!/^[\x21-\x7e]{1,200}$/.test(audience))
    throw invalid('INVALID', {
      field: ['audience'],
      message: 'audience must have 1 to 200 printable characters.',
    })
  const added = isOwnIssuer(issuer, rules)
    ? undefined
    : await insertProvider(tx, { ...change, tenantId, id: randomUUID(), issuer, audience })
  if (!added) throw conflict('ISSUER_TAKEN', { field: ['issuer'] })
  return added
}

async function changeProvider(
  tx: TenantTx,
  tenantId: string,
  input: SaveProviderInput,
  change: ProviderChange,
): Promise<IdentityProviderRow> {
  const known = input.id === null ? undefined : await lockProvider(tx, tenantId, input.id)
  if (!known) throw notFound()
  if (known.issuer !== input.issuer || known.audience !== input.audience)
    throw invalid('INVALID', {
      field: ['issuer'],
      message: 'Another issuer or audience is another provider.',
    })
  const changed = await updateProvider(tx, known, change)
  if (!changed) throw notFound()
  return changed
}

/**
 * Removes a provider for good: nobody gets in by it any more. Its issuer and audience are free again.
 *
 * @throws {DomainError} ACCESS_DENIED, STEP_UP_REQUIRED, NOT_FOUND
 */
export async function removeProvider(ctx: RequestContext, id: string | null): Promise<IdentityProviderRow> {
  demandGroupAdmin(ctx)
  return ctx.tenant.write(async (tx) => {
    const known = id === null ? undefined : await lockProvider(tx, ctx.actor.tenantId, id)
    if (!known) throw notFound()
    const removed = await updateProvider(tx, known, { ...known, status: 'REMOVED' })
    if (!removed) throw notFound()
    await recordAudit(tx, 'identityProvider.removed', { targetId: known.id, storeId: null })
    return removed
  })
}
