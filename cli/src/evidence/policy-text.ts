/** Whom the evidence of an installation can be checked against. */
export interface Trustees {
  /** Public key of the log. */
  readonly log: string
  /** Public keys of the witnesses; all of them must have seen a checkpoint. */
  readonly witnesses: readonly string[]
}

/** A tenant's place in the forest. */
export interface TenantPlace {
  readonly tenantId: string
  readonly slot: number
}

/** Longest time between two witnessed checkpoints, in seconds: the sequencer proves every 10 that nothing happened. */
export const defaultWindow = 60

/**
 * The policy of a verifier as text, see `parsePolicy` of shared/evidence.
 * @param place - null for a template: `autora evidence` names tenant and slot.
 */
export function policyText(
  { log, witnesses }: Trustees,
  windowSeconds: number,
  place: TenantPlace | null,
): string {
  return [
    '# Whom a verifier believes. Hand it to the auditor once, before there is anything to prove.',
    `log ${log}`,
    ...witnesses.map((key) => `witness ${key}`),
    `quorum ${witnesses.length}`,
    `window ${windowSeconds}`,
    place
      ? `tenant ${place.tenantId} ${place.slot}`
      : '# tenant <id> <slot>: autora evidence --group <code> tells them',
    '',
  ].join('\n')
}
