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
})

/** Reads the actor out of identity's answer; null when it is none. Scopes come out sorted, as profiles want them. */
export function readActor(body: Buffer): Actor | null {
  const checked = answerForm.safeParse(JSON.parse(body.toString('utf8')))
  if (!checked.success) return null
  const { key, ...actor } = checked.data.actor
  return { ...actor, ...(key && { key }), scopes: actor.scopes.sort() }
}
