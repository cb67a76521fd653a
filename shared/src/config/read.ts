import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/** Where settings come from: `process.env` in a process, a plain object in a test. */
export type Environment = Readonly<Record<string, string | undefined>>

/** All that is wrong with the settings of a process, at once and without any value. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings are not usable:\n  ${faults.join('\n  ')}`)
    this.name = 'ConfigError'
  }
}

/** `NAME_FILE` names a file that holds `NAME`: how container secrets arrive. */
function withFiles(environment: Environment, names: readonly string[]): Environment {
  const found: Record<string, string | undefined> = {}
  for (const name of names) {
    const file = environment[`${name}_FILE`]
    found[name] = environment[name] ?? (file ? readFileSync(file, 'utf8').trim() : undefined)
    if (found[name] === '') found[name] = undefined
  }
  return found
}

/**
 * Reads and checks the settings of a process.
 * @throws {ConfigError} naming every setting that is missing or malformed; values are never quoted.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Environment,
): z.output<z.ZodObject<Shape>> {
  const result = schema.safeParse(withFiles(environment, Object.keys(schema.shape)))
  if (result.success) return result.data
  throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
}

/** The environment of this process: the only place that reads it. */
export const processEnvironment = (): Environment => process.env
