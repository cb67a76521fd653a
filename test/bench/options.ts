import { parseArgs } from 'node:util'
import type { DemoProfile } from '@autora/cli'

/** How a run is made. */
export interface BenchOptions {
  readonly profile: DemoProfile
  readonly rounds: number
  /** Of one measurement. */
  readonly seconds: number
  /** Before the first measurement, for each side and query. */
  readonly warmUpSeconds: number
  /** File for everything that was measured. */
  readonly json: string | undefined
  /** Folder for CPU profiles of our gateway and our subgraphs. They cost time: the ratios of such a run are not for use. */
  readonly profileTo: string | undefined
}

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`)
  return value
}

/** Reads the command line. @throws {Error} on an unknown option or a bad value. */
export function readOptions(given: readonly string[]): BenchOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...given],
    options: {
      profile: { ...text, default: 'XS' },
      rounds: text,
      seconds: text,
      json: text,
      'cpu-prof': text,
      quick: { type: 'boolean', default: false },
    },
  })
  if (values.profile !== 'XS' && values.profile !== 'S') throw new Error('--profile is XS or S')
  return {
    profile: values.profile,
    rounds: Math.ceil(positive('rounds', values.rounds ?? (values.quick ? '1' : '5'))),
    seconds: positive('seconds', values.seconds ?? (values.quick ? '0.5' : '4')),
    warmUpSeconds: values.quick ? 0.5 : 4,
    json: values.json,
    profileTo: values['cpu-prof'],
  }
}
