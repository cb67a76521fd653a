/** The states of a lead. */
export type LeadStatus =
  | 'NEW'
  | 'ASSIGNED'
  | 'CONTACTED'
  | 'ENGAGED'
  | 'APPOINTMENT_SET'
  | 'VISITED'
  | 'NEGOTIATING'
  | 'WON'
  | 'LOST'
  | 'DUPLICATE'
  | 'SPAM'
  | 'MERGED'
  | 'REOPENED'

const aside: readonly LeadStatus[] = ['DUPLICATE', 'SPAM', 'MERGED']

/** Which state may follow which in the demo: the chain, step by step; out of it once the customer was reached. */
export const successors: Readonly<Record<LeadStatus, readonly LeadStatus[]>> = {
  NEW: ['ASSIGNED', ...aside],
  ASSIGNED: ['CONTACTED', ...aside],
  CONTACTED: ['ENGAGED', 'LOST', ...aside],
  ENGAGED: ['APPOINTMENT_SET', 'LOST', ...aside],
  APPOINTMENT_SET: ['VISITED', 'LOST', ...aside],
  VISITED: ['NEGOTIATING', 'LOST', ...aside],
  NEGOTIATING: ['WON', 'LOST', ...aside],
  WON: [],
  LOST: ['REOPENED'],
  DUPLICATE: [],
  SPAM: [],
  MERGED: [],
  REOPENED: [],
}

/** The states in which a lead is closed. */
export const closedStates: readonly LeadStatus[] = ['WON', 'LOST', ...aside]

/** One row of a lead's history. */
export interface Step {
  readonly from: LeadStatus | null
  readonly to: LeadStatus
  readonly at: number
  /** Who did it: a user, or the key that delivered the lead. */
  readonly by: string
}

/** A lead's history as it happens. Nothing is added after `end`: what would come later has not happened yet. */
export class History {
  readonly steps: [Step, ...Step[]]
  readonly #end: number
  #isOver = false

  /** @param end - the moment of seeding. */
  constructor(receivedAt: number, by: string, end: number) {
    this.steps = [{ from: null, to: 'NEW', at: receivedAt, by }]
    this.#end = end
  }

  /** The latest step. */
  get last(): Step {
    return this.steps[this.steps.length - 1] ?? this.steps[0]
  }

  /**
   * Goes to the next state, unless that lies in the future.
   *
   * @returns whether it happened; after one false nothing happens any more.
   * @throws {RangeError} when the state machine does not allow it, or it lies before the last step.
   */
  advance(to: LeadStatus, at: number, by: string): boolean {
    const { to: from, at: before } = this.last
    if (!successors[from].includes(to) || at < before) throw new RangeError(`${from} cannot become ${to}`)
    this.#isOver ||= at > this.#end
    if (!this.#isOver) this.steps.push({ from, to, at, by })
    return !this.#isOver
  }
}
