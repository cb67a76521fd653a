import type { PolicyValues } from '@autora/shared/access'
import type { GovernanceRuleRow } from '../governance-rules/index.js'

/** One published version of a group's policy as its statements return it: what the group said, not what holds. */
export interface PolicyVersionRow extends PolicyValues {
  readonly tenantId: string
  readonly version: number
  readonly effectiveFrom: Date
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly publishedAt: string
  readonly publishedBy: string | null
  readonly approvalId: string | null
  readonly reason: string | null
}

/** The policy of a group at a time. */
export interface AccessPolicy {
  /** The tenant's id. */
  readonly id: string
  /** What the group said; null when it has decided nothing that holds yet. */
  readonly current: PolicyVersionRow | null
  /** The newest version there is, in force or not; 0 for none. */
  readonly latestVersion: number
  /** Versions that will hold later, unless a newer one replaces them, oldest first. */
  readonly scheduled: readonly PolicyVersionRow[]
  /** What holds: what the group said, within the platform's rules. */
  readonly values: PolicyValues
  readonly rules: readonly GovernanceRuleRow[]
}

/** What of a policy an actor carries, as one statement finds it. */
export interface PolicyFacts {
  readonly policyVersion: (PolicyValues & { readonly version: number }) | null
  readonly policyFloor: Readonly<Record<string, string>> | null
}
