import type { Action } from '@autora/shared/access'
import type { EventName } from '@autora/shared/audit'

/** What can be done to the life of a dealer group or a store. */
export type LifeDeed =
  | 'dealerGroup:suspend'
  | 'dealerGroup:reinstate'
  | 'dealerGroup:archive'
  | 'store:suspend'
  | 'store:reinstate'
  | 'store:close'

/** One deed: what it needs, from where to where it leads, and how it is told. */
export interface LifeRule {
  readonly subject: 'DealerGroup' | 'Store'
  /** The action of the matrix that it needs. */
  readonly needs: Action
  readonly from: readonly string[]
  readonly to: string
  readonly event: EventName
  readonly verb: string
}

/** Every deed of this kind. What was archived or closed has no way back. */
export const lifeRules: Readonly<Record<LifeDeed, LifeRule>> = {
  'dealerGroup:suspend': {
    subject: 'DealerGroup',
    needs: 'dealerGroup:suspend',
    from: ['ACTIVE'],
    to: 'SUSPENDED',
    event: 'dealerGroup.suspended',
    verb: 'Suspend',
  },
  'dealerGroup:reinstate': {
    subject: 'DealerGroup',
    needs: 'dealerGroup:suspend',
    from: ['SUSPENDED'],
    to: 'ACTIVE',
    event: 'dealerGroup.reinstated',
    verb: 'Reinstate',
  },
  'dealerGroup:archive': {
    subject: 'DealerGroup',
    needs: 'dealerGroup:suspend',
    from: ['ACTIVE', 'SUSPENDED'],
    to: 'ARCHIVED',
    event: 'dealerGroup.archived',
    verb: 'Archive for good',
  },
  'store:suspend': {
    subject: 'Store',
    needs: 'store:suspend',
    from: ['ACTIVE'],
    to: 'SUSPENDED',
    event: 'store.suspended',
    verb: 'Suspend',
  },
  'store:reinstate': {
    subject: 'Store',
    needs: 'store:suspend',
    from: ['SUSPENDED'],
    to: 'ACTIVE',
    event: 'store.reinstated',
    verb: 'Reinstate',
  },
  'store:close': {
    subject: 'Store',
    needs: 'store:suspend',
    from: ['ACTIVE', 'SUSPENDED'],
    to: 'CLOSED',
    event: 'store.closed',
    verb: 'Close for good',
  },
}

/** A dealer group or a store whose state is to change. */
export interface LifeSubject {
  readonly id: string
  readonly tenantId: string
  /** Null for a dealer group. */
  readonly storeId: string | null
  readonly code: string
  readonly status: string
}

/** A dealer group to create. */
export interface NewDealerGroup {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly kind: string
  readonly parentId: string | null
}
