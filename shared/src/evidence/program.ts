import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { TlogError } from '../tlog/bytes.js'
import { type EvidencePolicy, parsePolicy } from './policy.js'
import { isReceipt, verifyReceipt } from './receipt.js'
import type { Verdict } from './verdict.js'
import { verifyBundle } from './verify.js'

/** What is printed for `--help`. */
export const verifyHelp = `Usage: verify <bundle or receipt> --policy <file> [--as-of <time>]

Says whether an evidence bundle holds every event of a tenant, untouched. It reads these two files and nothing else:
no network, no database, no trust in whoever made the bundle. Of a receipt it says whether that one event is in the trail.

  --policy   keys of log and witnesses, quorum, longest unwitnessed window, tenant and slot; get it once, from a
             person you trust, and keep it
  --as-of    the moment up to which the trail shall be complete, ISO 8601; default: now

Exit code: 0 verified, 10 tampered, 11 cannot tell, 2 when the command line or a file was not understood.`

/** The exit code of each verdict. */
export const verdictCodes = { VERIFIED: 0, TAMPERED: 10, CANNOT_TELL: 11 } as const

const CHUNK_BYTES = 1 << 20
const MOST_LINE_BYTES = 1 << 20

/**
 * The lines of a file one by one: a bundle can be larger than the memory.
 * @throws {TlogError} for a line of more than a megabyte: nothing of ours is so long.
 */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let rest = Buffer.alloc(0)
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      rest = Buffer.concat([rest, chunk.subarray(0, count)])
      let from = 0
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
        yield rest.toString('utf8', from, end)
        from = end + 1
      }
      rest = rest.subarray(from)
      if (rest.length > MOST_LINE_BYTES) throw new TlogError('a line of the bundle is too long')
    }
    if (rest.length > 0) yield rest.toString('utf8')
  } finally {
    closeSync(file)
  }
}

const when = (date: Date | null): string => date?.toISOString() ?? 'unknown'

/** A verdict as people read it. */
export function verdictLines(verdict: Verdict): readonly string[] {
  if (verdict.verdict === 'VERIFIED' && verdict.index !== undefined)
    return [`VERIFIED: event ${verdict.index} is in the trail, as witnessed by ${when(verdict.until)}.`]
  if (verdict.verdict === 'VERIFIED')
    return [
      `VERIFIED: ${verdict.events} events, complete and untouched up to ${when(verdict.until)}.`,
      `Disclosed values that are what the events committed to: ${verdict.disclosed}.`,
      ...verdict.notes.map((note) => `NOTE: ${note}`),
    ]
  if (verdict.verdict === 'CANNOT_TELL')
    return [`CANNOT TELL: ${verdict.why}.`, `Proven up to: ${when(verdict.until)}.`]
  const { why, from, after } = verdict
  return [
    `TAMPERED: ${why}.`,
    `First event that may be touched: ${from}.`,
    `Everything before was witnessed by: ${after ? when(after) : 'nobody'}.`,
  ]
}

interface Request {
  readonly bundle: string
  readonly policy: string
  readonly asOf: Date
}

/** What the command line asks for, or null when it asks for nothing that can be done. */
function readRequest(args: readonly string[], now: Date): Request | null {
  try {
    const options = { policy: { type: 'string' }, 'as-of': { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const asOf = values['as-of'] === undefined ? now : new Date(values['as-of'])
    const [bundle, ...more] = positionals
    if (!bundle || more.length > 0 || !values.policy || Number.isNaN(asOf.getTime())) return null
    return { bundle, policy: values.policy, asOf }
  } catch {
    return null // parseArgs says at length what the help says as well
  }
}

/** A receipt is small and read at once, a bundle line by line. */
function verdictOn({ bundle, asOf }: Request, policy: EvidencePolicy): Verdict {
  const lines = linesOf(bundle)
  const { value = '' } = lines.next()
  lines.return(undefined)
  return isReceipt(value)
    ? verifyReceipt(readFileSync(bundle, 'utf8'), policy)
    : verifyBundle(linesOf(bundle), policy, asOf)
}

/**
 * The verifier as a program.
 *
 * @param args - without the program's own name.
 * @param out - takes one line of the answer.
 * @returns the exit code, see `verifyHelp`.
 */
export function verifyProgram(args: readonly string[], out: (line: string) => void, now: Date): number {
  const request = readRequest(args, now)
  if (!request) {
    out(verifyHelp)
    return 2
  }
  try {
    const policy = parsePolicy(readFileSync(request.policy, 'utf8'))
    const verdict = verdictOn(request, policy)
    for (const line of verdictLines(verdict)) out(line)
    return verdictCodes[verdict.verdict]
  } catch (error) {
    const isForeseen = error instanceof TlogError || (error as { code?: unknown }).code !== undefined
    if (!isForeseen) throw error
    out(`The policy or the bundle cannot be read: ${(error as Error).message}`)
    return 2
  }
}
