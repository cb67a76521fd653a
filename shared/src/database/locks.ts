/**
 * Numbers of the advisory locks, each for one purpose in the whole database: two purposes with one number would wait for
 * each other for ever.
 */
export const advisoryLocks = {
  /** Roles are made; for a transaction. */
  bootstrap: 4711001,
  /** Who leads the sequencers; for a session. */
  sequencer: 4711002,
  /** Nothing is pruned while a hold is placed; for a transaction, written in the migrations of the trail. */
  holdsAndPruning: 4711003,
  /** Months are made; for a transaction, written in the migrations of the trail. */
  partitions: 4711004,
  /** Whose followers work; for a session. */
  followers: 4711013,
  /** Who checks the controls; for a session. */
  controls: 4711015,
  /** Who sends streams; for a session. */
  streams: 4711016,
} as const
