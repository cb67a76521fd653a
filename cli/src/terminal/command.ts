import type { Environment } from '@autora/shared/config'

/** What a command reads and writes: the process in earnest, plain values in a test. */
export interface Surroundings {
  readonly environment: Environment
  /** One line of the result, on standard output. */
  out(line: string): void
  /** One line about the way there, on standard error. */
  err(line: string): void
}

/** One command of the command line. */
export interface Command {
  /** Shown by `--help`: usage, options, examples. */
  readonly help: string
  /**
   * Does the deed.
   * @param args - what follows the command's name.
   * @returns the exit code.
   * @throws {UsageError | Complaint | ConfigError} for what the caller can put right.
   */
  run(args: readonly string[], on: Surroundings): Promise<number>
}
