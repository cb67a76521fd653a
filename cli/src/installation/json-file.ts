import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { Complaint } from '../terminal/complaint.js'

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/**
 * Writes a file so that a reader sees all of it or what was there before, also after a power cut. Only its owner may
 * read it.
 */
export function writeJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

/**
 * Reads a file that `writeJson` wrote; null where there is none.
 * @throws {Complaint} when it holds no JSON object.
 */
export function readJson(path: string): Readonly<Record<string, unknown>> | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw damaged(path, 'it holds no JSON', cause)
  }
  throw damaged(path, 'it holds no JSON object')
}

/** The complaint about a file of the installation that was changed by hand or cut off. */
export const damaged = (path: string, why: string, cause?: unknown): Complaint =>
  new Complaint(
    `${path} is damaged: ${why}. Restore it from a copy, or remove its folder to begin anew without its data.`,
    { cause },
  )
