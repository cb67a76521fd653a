import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folder of the checkout: the one that holds `cli`. */
export const checkout = join(__dirname, '..', '..')

/** Version of this build. */
export const version: string = (
  JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string }
).version
