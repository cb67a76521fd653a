/** Whether a hardening default holds. `skip`: it could not be looked at, and why. */
export interface Finding {
  readonly verdict: 'pass' | 'fail' | 'skip'
  /** What was looked at, as a sentence that is true when it passes. */
  readonly claim: string
  /** What was found instead, or what to do. */
  readonly detail?: string
}

/** A finding that is a pass or a fail. */
export const judge = (claim: string, holds: boolean, detail: string): Finding =>
  holds ? { verdict: 'pass', claim } : { verdict: 'fail', claim, detail }

/** A finding that nobody could make. */
export const skip = (claim: string, why: string): Finding => ({ verdict: 'skip', claim, detail: why })
