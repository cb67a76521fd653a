/** Named values of one log line: ids, codes, counts. Never a body, a token or personal data. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Structured logging: one JSON object a line. */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** `cause` is reduced to its class, code and place: a message may quote what a person typed. */
  error(event: string, cause: unknown, fields?: LogFields): void
}

/** Class, code and first place of an error, and of what caused it: enough to find it, nothing a person typed. */
function describe(cause: unknown): LogFields {
  if (!(cause instanceof Error)) return { errorType: typeof cause }
  const { code } = cause as { code?: unknown }
  const driver = (cause as { driverError?: { code?: unknown } }).driverError?.code
  const place = cause.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  const inner = cause.cause instanceof Error ? cause.cause : undefined
  return {
    errorType: cause.name,
    errorCode: String(driver ?? code ?? (inner as { code?: unknown } | undefined)?.code ?? ''),
    errorCause: inner?.name,
    errorAt: place
      ?.trim()
      .replace(/\(?(?:file:\/\/)?[^\s(]*\/(?=(?:gateway|subgraphs|shared|cli|node_modules|src)\/)/, '('),
  }
}

/**
 * A log that writes lines to `write`, by default standard output.
 *
 * @param service - name of the process, on every line.
 */
export function createLog(
  service: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const line = (level: string, event: string, fields: LogFields = {}) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, service, event, ...fields })}\n`)
  return {
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
    error: (event, cause, fields) => line('error', event, { ...describe(cause), ...fields }),
  }
}
