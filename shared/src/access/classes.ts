import type { PartnerScope, Principal } from './principals.js'

/**
 * What a field holds, and who may see it. Read down a principal, across a class.
 *
 *   C  clear                         M  masked
 *   R  redacted: null and a reason   -  denied: an error
 *   k  only inside suppressed aggregates (class AGGREGATE)
 *   -+ denied, clear with a CLEAR support grant
 *   -! denied; under broken glass masked or clear, as its grant says
 *   M+ masked, clear with a CLEAR support grant
 *   R~ redacted, masked where a local policy of the group says so
 *   M/<scope>, -/<scope>  the first, clear when the key holds the scope
 *
 * A changed cell needs a decision record: docs/decisions.
 */
export const classTable = {
  //             Owner  Support Admin  Sales  Marketing  Partner                   Analyst
  PUBLIC: /*  */ ['C', 'C', 'C', 'C', 'C', 'C', 'C'],
  INTERNAL: /**/ ['C', 'C', 'C', 'C', 'C', 'C', 'k'],
  AGGREGATE: /**/ ['C', 'C', 'C', 'C', 'C', 'C', 'C'],
  STAFF_NAME: /**/ ['C', 'C', 'C', 'C', '-', '-', '-'],
  STAFF: /*   */ ['C', 'C', 'C', 'R', '-', '-', '-'],
  PSEUDO: /*  */ ['C', 'C', 'C', 'C', 'R', 'C', '-'],
  CONTACT: /* */ ['-!', 'M+', 'C', 'C', 'R~', 'M/pii:contact', '-'],
  IDENTITY: /**/ ['-', '-', 'M', 'M', '-', '-/pii:identity', '-'],
  FINANCIAL: /**/ ['-', '-', 'C', 'C', '-', '-', 'k'],
  BODY: /*    */ ['-+', '-+', 'C', 'C', 'R', '-/messages:read.own', '-'],
  BEHAVIOUR: /**/ ['-', '-', 'C', 'M', 'k', '-', 'k'],
  SPECIAL: /* */ ['-', '-', '-', '-', '-', '-', '-'],
  SECRET: /*  */ ['-', '-', '-', '-', '-', '-', '-'],
  BILLING: /* */ ['C', '-', '-', '-', '-', '-', '-'],
  GOVERNANCE: /**/ ['C', 'C', 'C', '-', '-', '-', '-'],
  AUDIT: /*   */ ['C', 'C', 'C', 'C', '-', 'C', '-'],
} as const satisfies Record<string, ClassRow>

/** The class of a field, named in the schema by `@data(class:)`. */
export type DataClass = keyof typeof classTable

/** One cell of the class table. */
export type ClassCell =
  | 'C'
  | 'M'
  | 'R'
  | '-'
  | 'k'
  | 'M+'
  | '-+'
  | '-!'
  | 'R~'
  | `M/${PartnerScope}`
  | `-/${PartnerScope}`

/** A row has one cell per principal: a short row does not compile. */
type ClassRow = readonly [ClassCell, ClassCell, ClassCell, ClassCell, ClassCell, ClassCell, ClassCell]

/** All classes, in the order of the table. */
export const dataClasses = Object.keys(classTable) as readonly DataClass[]

/** The column of a principal in every table. */
export const column: Readonly<Record<Principal, number>> = {
  PLATFORM_OWNER: 0,
  PLATFORM_SUPPORT: 1,
  DEALER_ADMIN: 2,
  DEALER_SALES: 3,
  DEALER_MARKETING: 4,
  PARTNER: 5,
  ANALYST: 6,
}
