/** An invitation as its statements return it. The token of its link is stored nowhere. */
export interface InvitationRow {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly acceptedAt: Date | null
  readonly revokedAt: Date | null
}

/** How long the link of an invitation can be used, in hours. */
export const INVITATION_LIFE_HOURS = 72
