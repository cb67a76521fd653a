import { grantCapabilities, partnerScopes, policyKnobs, principals } from '@autora/shared/access'
import type { Actor } from '@autora/shared/actor'
import { z } from 'zod'

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** What identity answers. Checked, because everything downstream trusts it; the platform itself is never a client. */
const answerForm = z.object({
  actor: z.object({
    kind: z.enum(['USER', 'KEY']),
    principal: z.enum(principals),
    id: uuid,
    tenantId: uuid,
    reach: z.enum(['PLATFORM', 'TENANT', 'STORES']),
    storeIds: z.array(uuid),
    membershipId: uuid.nullable(),
    sessionId: uuid.nullable(),
    assurance: z.object({ level: z.enum(['PASSWORD', 'MFA']), at: z.number().int() }).nullable(),
    appId: uuid.nullable(),
    grant: z
      .object({
        id: uuid,
        piiLevel: z.enum(['NONE', 'MASKED', 'CLEAR']),
        capabilities: z.array(z.enum(grantCapabilities)),
      })
      .nullable(),
    scopes: z.array(z.enum(partnerScopes)),
    purpose: z.string().regex(/^[A-Z_]{1,40}$/),
    key: z
      .object({
        perSecond: z.number().int().positive(),
        perDay: z.number().int().positive(),
        appPerSecond: z.number().int().positive(),
        appPerDay: z.number().int().positive(),
        jkt: z.string().length(43).nullable(),
      })
      .optional(),
    policy: z.object({
      version: z.number().int().nonnegative(),
      marketingContact: z.enum(policyKnobs.marketingContact.values),
      salesLeadVisibility: z.enum(policyKnobs.salesLeadVisibility.values),
      reveal: z.enum(policyKnobs.reveal.values),
      export: z.enum(policyKnobs.export.values),
      leadRetentionMonths: z.number().int().positive(),
    }),
  }),
  /** Identity says for how long and on what this rests; whoever does not say is asked every time. */
  validForMs: z.number().nullable().default(0),
  restsOn: z.array(z.string().max(60)).max(50).default([]),
})

/** Who identity says somebody is, and for how long, in milliseconds from when it was asked. */
export interface PrincipalAnswer {
  readonly actor: Actor
  readonly validForMs: number
  readonly restsOn: readonly string[]
}

/** Reads identity's answer; null when it is none. Scopes come out sorted, as profiles want them. */
export function readAnswer(body: Buffer): PrincipalAnswer | null {
  const checked = answerForm.safeParse(JSON.parse(body.toString('utf8')))
  if (!checked.success) return null
  const { actor: found, validForMs, restsOn } = checked.data
  const { key, ...actor } = found
  return {
    actor: { ...actor, ...(key && { key }), scopes: actor.scopes.sort() },
    validForMs: validForMs ?? Number.POSITIVE_INFINITY,
    restsOn,
  }
}
