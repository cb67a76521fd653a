import { PLATFORM_TENANT } from '@autora/shared/actor'
import { type AuditEntry, type EventName, recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import type { IssuerSubject } from '../issuer-database.js'
import { originFields } from '../network.js'
import type { Visitor } from './context.js'
import type { Account } from './entity.js'

/** In whose name a deed of the person is written; undefined where the person is nobody's user: the platform itself. */
export const subjectOf = ({ homeTenantId, homeUserId, homeRole }: Account): IssuerSubject | undefined =>
  homeTenantId && homeUserId && homeRole
    ? { userId: homeUserId, tenantId: homeTenantId, role: homeRole }
    : undefined

/** Where somebody signed in from, as the event commits to it: of a user only, whose values can be erased. */
export const clientOf = (
  { homeTenantId, homeUserId }: Pick<Account, 'homeTenantId' | 'homeUserId'>,
  { client }: Pick<Visitor, 'client'>,
): Pick<AuditEntry, 'personal'> =>
  homeTenantId && homeUserId
    ? {
        personal: {
          subject: { type: 'User', id: homeUserId },
          fields: originFields(client),
        },
      }
    : {}

/** Tells the trail about an account, in the tenant of its oldest user, or else of the platform. Never an e-mail. */
export const tellAccount = (
  tx: TenantTx,
  event: EventName,
  account: Pick<Account, 'id' | 'homeTenantId'>,
  entry: Pick<AuditEntry, 'detail' | 'outcome' | 'personal'> = {},
): Promise<void> =>
  recordAudit(tx, event, {
    ...entry,
    tenantId: account.homeTenantId ?? PLATFORM_TENANT,
    storeId: null,
    targetId: account.id,
  })
