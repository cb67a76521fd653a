import type { Line } from './identity-line.js'
import { keyLines } from './identity-table-keys.js'
import { lifeLines } from './identity-table-life.js'
import { peopleLines } from './identity-table-people.js'
import { placeLines } from './identity-table-places.js'
import { policyLines } from './identity-table-policies.js'
import { supportLines } from './identity-table-support.js'

/** The rights table of identity. */
export const identityTable: readonly Line[] = [
  ...placeLines,
  ...lifeLines,
  ...peopleLines,
  ...supportLines,
  ...keyLines,
  ...policyLines,
]
