import { parseArgs } from 'node:util'
import { formatBundleLine, parsePolicy, verifyBundle } from '@autora/shared/evidence'
import fc from 'fast-check'
import { policyText, sample } from '../kit/sample-log.js'
import { type Evidence, falsified, tamperings } from '../kit/tampering.js'

const policy = parsePolicy(policyText(1))
const verdictOn = ({ lines, asOf }: Evidence) =>
  verifyBundle(lines.map(formatBundleLine), policy, new Date(asOf * 1000)).verdict

/** What one kind of bundle came to. */
interface Tally {
  readonly title: string
  VERIFIED: number
  TAMPERED: number
  CANNOT_TELL: number
}

const drawn = fc.tuple(
  fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 8 }),
  fc.nat(1_000_000),
)

/** Draws until so many variants differ from what they were made of; each kind draws its own. */
function tally(
  title: string,
  runs: number,
  seed: number,
  make: (batches: readonly number[], n: number) => Evidence | null,
): Tally {
  const result: Tally = { title, VERIFIED: 0, TAMPERED: 0, CANNOT_TELL: 0 }
  let done = 0
  for (let part = 0; done < runs; part += 1)
    for (const [batches, n] of fc.sample(drawn, { numRuns: 500, seed: seed + part })) {
      const evidence = done < runs ? make(batches, n) : null
      if (!evidence) continue
      result[verdictOn(evidence)] += 1
      done += 1
    }
  return result
}

const line = ({ title, VERIFIED, TAMPERED, CANNOT_TELL }: Tally) =>
  process.stdout.write(`| ${title} | ${TAMPERED} | ${CANNOT_TELL} | ${VERIFIED} |\n`)

/** `npm run tamper -- [--runs 10000] [--seed n]`: every class of falsification, by bundle and pinned policy alone. */
function main(): void {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { runs: { ...text, default: '10000' }, seed: text } })
  const runs = Number(values.runs)
  const seed = Number(values.seed ?? Date.now() % 2 ** 31)
  if (!(runs > 0) || !Number.isSafeInteger(seed)) throw new Error('--runs and --seed are numbers')
  process.stdout.write(`${runs} variants of each, seed ${seed}\n\n`)
  process.stdout.write('| bundle | tampered | cannot tell | verified |\n| --- | --- | --- | --- |\n')
  const clean = tally('untouched', runs, seed, (batches) => {
    const log = sample(batches)
    return { lines: log.lines[1] ?? [], asOf: log.now }
  })
  line(clean)
  let missed = 0
  for (const tampering of tamperings) {
    const title = `${tampering.class}: ${tampering.name}`
    const found = tally(title, runs, seed, (batches, n) => falsified(tampering, batches, n))
    line(found)
    missed += found.VERIFIED
  }
  const alarms = clean.TAMPERED + clean.CANNOT_TELL
  process.stdout.write(`\n${missed} missed, ${alarms} false alarms\n`)
  if (missed + alarms > 0) process.exitCode = 1
}

main()
