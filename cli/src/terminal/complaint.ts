/** Something the person at the keyboard can put right: one line that says what happened and what to do. */
export class Complaint extends Error {
  override readonly name: string = 'Complaint'

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
  }
}

/** A command line that cannot be understood; the exit code is 2. */
export class UsageError extends Complaint {
  override readonly name = 'UsageError'
}
