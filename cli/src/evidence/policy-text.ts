import { type LogKey, parseVerifierKey } from '@autora/shared/tlog'

/** Whom the evidence of an installation can be checked against. */
export interface Trustees {
  /** Public key of the log; several with the first size of each, in their order, after a rotation or a restore. */
  readonly log: string | readonly { readonly key: string; readonly from: number }[]
  /** Public keys of the witnesses; all of them must have seen a checkpoint. */
  readonly witnesses: readonly string[]
  /** How long the log may declare that it was off, in seconds; default 0. */
  readonly pauseSeconds?: number
}

const namedKeys = ({ log }: Pick<Trustees, 'log'>) =>
  typeof log === 'string' ? [{ key: log, from: 0 }] : log

/** The keys of the log, as checkpoints are opened with. @throws {TlogError} when one is none. */
export const logKeysOf = (trustees: Pick<Trustees, 'log'>): readonly LogKey[] =>
  namedKeys(trustees).map(({ key, from }) => ({ key: parseVerifierKey(key), from }))

/** A tenant's place in the forest. */
export interface TenantPlace {
  readonly tenantId: string
  readonly slot: number
}

/** How long an installation for development may say that it was switched off: a month, in seconds. */
export const developmentPause = 30 * 86_400

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
  pauseSeconds = 0,
): string {
  return [
    '# Whom a verifier believes. Hand it to the auditor once, before there is anything to prove.',
    ...namedKeys({ log }).map(({ key, from }) => `log ${key}${from > 0 ? ` ${from}` : ''}`),
    ...witnesses.map((key) => `witness ${key}`),
    `quorum ${witnesses.length}`,
    `window ${windowSeconds}`,
    ...(pauseSeconds > 0 ? [`pause ${pauseSeconds}`] : []),
    place
      ? `tenant ${place.tenantId} ${place.slot}`
      : '# tenant <id> <slot>: autora evidence --group <code> tells them',
    '',
  ].join('\n')
}
