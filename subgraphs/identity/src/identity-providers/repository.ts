import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { ExternalIdentityRow, IdentityProviderRow, ProviderChange } from './entity.js'

const columns = `
  p.id,
  p.tenant_id as "tenantId",
  p.name,
  p.issuer,
  p.audience,
  p.jwks_uri as "jwksUri",
  p.algorithms,
  p.subject_claim as "subjectClaim",
  p.token_type as "tokenType",
  p.status,
  p.version,
  ${exactTime('p.created_at')} as "createdAt"`

const identityColumns = `
  e.id,
  e.tenant_id as "tenantId",
  e.provider_id as "providerId",
  e.subject,
  e.user_id as "userId",
  ${exactTime('e.linked_at')} as "linkedAt"`

/** Providers at most that gateways are told of. */
const MOST_PROVIDERS = 5_000

/** Every provider that may speak for somebody now, of all groups. */
export const activeProviders = (tx: TenantTx) =>
  tx.query<IdentityProviderRow>(
    `select ${columns}
       from identity.identity_provider p
       join identity.dealer_group g on g.tenant_id = p.tenant_id and g.status = 'ACTIVE'
      where p.status = 'ACTIVE'
      order by p.created_at
      limit ${MOST_PROVIDERS}`,
  )

/** Providers by id, removed ones included: links name them. */
export const findProviders = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<IdentityProviderRow>(
    `select ${columns}
       from identity.identity_provider p
      where p.id = any($1::uuid[])
        and ($2::uuid is null or p.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of providers and one more, newest first; removed ones left out. */
export const pageOfProviders = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<IdentityProviderRow>(
    `select ${columns}
       from identity.identity_provider p
      where p.status <> 'REMOVED'
        and ($1::uuid is null or p.tenant_id = $1)
        and ($2::timestamptz is null or (p.created_at, p.id) < ($2, $3::uuid))
      order by p.created_at desc, p.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** One provider of the group that was not removed, locked until the transaction ends. */
export async function lockProvider(
  tx: TenantTx,
  tenantId: string,
  id: string,
): Promise<IdentityProviderRow | undefined> {
  const [row] = await tx.query<IdentityProviderRow>(
    `select ${columns}
       from identity.identity_provider p
      where p.tenant_id = $1 and p.id = $2 and p.status <> 'REMOVED'
        for update`,
    [tenantId, id],
  )
  return row
}

/** Writes a provider; undefined when somebody, in whatever group, has its issuer and audience. */
export async function insertProvider(
  tx: TenantTx,
  provider: Omit<IdentityProviderRow, 'version' | 'createdAt'>,
): Promise<IdentityProviderRow | undefined> {
  const { tenantId, id, name, issuer, audience, jwksUri, algorithms, subjectClaim, tokenType, status } =
    provider
  const [row] = await tx.query<IdentityProviderRow>(
    `with p as (
       insert into identity.identity_provider
         (tenant_id, id, name, issuer, audience, jwks_uri, algorithms, subject_claim, token_type, status)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict do nothing
       returning *)
     select ${columns} from p`,
    [tenantId, id, name, issuer, audience, jwksUri, algorithms, subjectClaim, tokenType, status],
  )
  return row
}

/** Changes a provider. */
export async function updateProvider(
  tx: TenantTx,
  { tenantId, id }: IdentityProviderRow,
  change: ProviderChange,
): Promise<IdentityProviderRow | undefined> {
  const { name, jwksUri, algorithms, subjectClaim, tokenType, status } = change
  const [row] = await tx.query<IdentityProviderRow>(
    `with p as (
       update identity.identity_provider
          set name = $3, jwks_uri = $4, algorithms = $5, subject_claim = $6, token_type = $7, status = $8,
              version = version + 1
        where tenant_id = $1 and id = $2
       returning *)
     select ${columns} from p`,
    [tenantId, id, name, jwksUri, algorithms, subjectClaim, tokenType, status],
  )
  return row
}

/** A page of links that hold and one more, newest first. */
export const pageOfIdentities = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<ExternalIdentityRow>(
    `select ${identityColumns}
       from identity.external_identity e
      where e.ended_at is null
        and ($1::uuid is null or e.tenant_id = $1)
        and ($2::timestamptz is null or (e.linked_at, e.id) < ($2, $3::uuid))
      order by e.linked_at desc, e.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** Links a subject; undefined when it is linked already. A person of another group is no person here (23503). */
export async function insertIdentity(
  tx: TenantTx,
  link: Omit<ExternalIdentityRow, 'linkedAt'>,
): Promise<ExternalIdentityRow | undefined> {
  const [row] = await tx.query<ExternalIdentityRow>(
    `with e as (
       insert into identity.external_identity (tenant_id, id, provider_id, subject, user_id)
       values ($1, $2, $3, $4, $5)
       on conflict do nothing
       returning *)
     select ${identityColumns} from e`,
    [link.tenantId, link.id, link.providerId, link.subject, link.userId],
  )
  return row
}

/** Ends a link that holds. */
export async function endIdentity(
  tx: TenantTx,
  tenantId: string,
  id: string,
): Promise<ExternalIdentityRow | undefined> {
  const [row] = await tx.query<ExternalIdentityRow>(
    `with e as (
       update identity.external_identity
          set ended_at = clock_timestamp()
        where tenant_id = $1 and id = $2 and ended_at is null
       returning *)
     select ${identityColumns} from e`,
    [tenantId, id],
  )
  return row
}
