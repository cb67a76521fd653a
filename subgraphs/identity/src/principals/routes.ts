import type { InternalRoute } from '@autora/shared/graphql'
import { z } from 'zod'
import type { ExternalClaims } from './external.js'
import type { UserClaims } from './membership.js'
import { demandSystem, type KeyChecks, resolveExternal, resolveKey, resolveUser } from './service.js'

const uuid = z.guid().transform((text) => text.toLowerCase())

const userBody = z
  .object({
    userId: uuid,
    sessionId: uuid.nullish(),
    membershipId: uuid,
    membershipVersion: z.int(),
    grantId: uuid.nullish(),
    grantTenantId: uuid.nullish(),
    analyst: z.boolean().optional(),
    assurance: z.object({ level: z.enum(['PASSWORD', 'MFA']), at: z.int() }).nullish(),
  })
  .transform(
    (body): UserClaims => ({
      userId: body.userId,
      sessionId: body.sessionId ?? null,
      membershipId: body.membershipId,
      membershipVersion: body.membershipVersion,
      grantId: body.grantId ?? null,
      grantTenantId: body.grantTenantId ?? null,
      isAnalyst: body.analyst ?? false,
      assurance: body.assurance ?? null,
    }),
  )

const externalBody = z
  .object({
    providerId: uuid,
    providerVersion: z.int(),
    subject: z.string().min(1).max(255),
    membershipId: uuid.nullish(),
  })
  .transform((body): ExternalClaims => ({ ...body, membershipId: body.membershipId ?? null }))

const keyBody = z
  .object({ key: z.string().max(200), address: z.union([z.ipv4(), z.ipv6()]).nullish() })
  .transform(({ key, address }) => ({ key, address: address ?? null }))

const refusedBody = z.object({
  keyId: uuid,
  tenantId: uuid,
  appId: uuid,
  storeId: uuid.nullable(),
  reason: z.string().regex(/^[A-Z_]{2,40}$/),
})

/** Reads a JSON body of a known form. @returns null for everything else: the answer must not tell the difference. */
function read<Value>(form: z.ZodType<Value>, body: Buffer): Value | null {
  try {
    return form.parse(JSON.parse(body.toString('utf8')))
  } catch {
    return null
  }
}

/**
 * What the gateway asks before it seals a context: who is this, as of now? Answers `{ actor, validForMs, restsOn }`.
 *
 * - `/internal/principals/user`: `{userId, sessionId?, membershipId, membershipVersion, grantId?, grantTenantId?,
 *   analyst?, assurance?}`, ids as uuids
 * - `/internal/principals/key`: `{key, address?}`, as it was presented and where from
 * - `/internal/keys/refused`: `{keyId, tenantId, appId, storeId, reason}`, a known key that the gateway refused; answers `{}`
 * - `/internal/principals/external`: `{providerId, providerVersion, subject, membershipId?}`
 *
 * @param checks - what keys are checked with.
 * @param demandsSession - false only where development tokens are accepted.
 */
export const principalRoutes = (
  checks: KeyChecks,
  demandsSession: boolean,
): Readonly<Record<string, InternalRoute>> => ({
  '/internal/principals/user': async (ctx, body) => {
    demandSystem(ctx)
    return resolveUser(ctx, read(userBody, body), demandsSession)
  },
  '/internal/principals/external': async (ctx, body) => {
    demandSystem(ctx)
    return resolveExternal(ctx, read(externalBody, body))
  },
  '/internal/principals/key': async (ctx, body) => {
    demandSystem(ctx)
    return resolveKey(ctx, checks, read(keyBody, body))
  },
  '/internal/keys/refused': async (ctx, body) => {
    demandSystem(ctx)
    const { storeId, reason, ...key } = refusedBody.parse(JSON.parse(body.toString('utf8')))
    checks.uses.note(ctx, { ...key, soleStoreId: storeId }, reason)
    return {}
  },
})
