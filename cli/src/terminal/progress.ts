/** Tells how far a start has come, one line a step. */
export interface Progress {
  /** Runs a step; when it is done, a line with a tick and the time it took. */
  step<T>(work: () => Promise<T>, describe: (result: T) => string): Promise<T>
  /** A remark between steps. */
  note(line: string): void
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** Progress that writes lines to `write`: `✓ PostgreSQL 18 on 127.0.0.1:5433 (0.8 s)`. */
export function progressTo(write: (line: string) => void): Progress {
  return {
    note: (line) => write(`  ${line}`),
    async step(work, describe) {
      const begin = performance.now()
      const result = await work()
      write(`✓ ${describe(result)} (${seconds(performance.now() - begin)})`)
      return result
    },
  }
}
