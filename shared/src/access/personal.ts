import type { DataClass } from './classes.js'

/**
 * Classes whose reading is an event (docs/audit/reads.md): what says something about one person. Names of colleagues
 * (STAFF_NAME) stand beside every record and pseudonyms say nothing by themselves; neither counts.
 */
const personal: ReadonlySet<DataClass> = new Set<DataClass>([
  'CONTACT',
  'IDENTITY',
  'FINANCIAL',
  'BODY',
  'BEHAVIOUR',
  'SPECIAL',
  'STAFF',
])

/** Whether showing a value of this class leaves an event. */
export const isPersonal = (dataClass: DataClass): boolean => personal.has(dataClass)
