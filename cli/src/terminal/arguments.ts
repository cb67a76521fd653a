import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './complaint.js'

/** Options by name, as `node:util` describes them. */
export type OptionTable = NonNullable<ParseArgsConfig['options']>

/** What was typed after the name of a command. */
export interface ReadArguments<Options extends OptionTable> {
  readonly values: ReturnType<typeof parseArgs<{ options: Options; strict: true }>>['values']
  readonly positionals: readonly string[]
}

/**
 * Reads the options and words of one command.
 *
 * @param words - how many words besides options it takes; default none.
 * @throws {UsageError} naming what was not understood.
 */
export function readArguments<const Options extends OptionTable>(
  name: string,
  args: readonly string[],
  options: Options,
  words = 0,
): ReadArguments<Options> {
  const hint = `See autora ${name} --help.`
  try {
    const config = { args: [...args], options, strict: true as const, allowPositionals: true as const }
    const { values, positionals } = parseArgs(config)
    if (positionals.length > words)
      throw new UsageError(`Unexpected word '${positionals[words] ?? ''}'. ${hint}`)
    return { values: values as ReadArguments<Options>['values'], positionals }
  } catch (error) {
    if (error instanceof UsageError) throw error
    // parseArgs explains at length; its first sentence is enough
    const { message = '' } = error as { message?: string }
    const [what = ''] = message.split(/(?<=')\.|\. To specify/)
    throw new UsageError(`${what.replace(/[.\s]*$/, '')}. ${hint}`, { cause: error })
  }
}

/**
 * A port number between 1 and 65535.
 *
 * @param name - the option or variable it comes from, for the complaint.
 * @throws {UsageError} when it is none.
 */
export function readPort(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new UsageError(`${name} must be a port between 1 and 65535, not '${text}'.`)
}

/** One of a few words. @throws {UsageError} naming the choice. */
export function readChoice<const Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text)
  if (found) return found
  throw new UsageError(`${name} must be one of ${choices.join(', ')}; not '${text}'.`)
}
