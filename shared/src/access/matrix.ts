import { auditActions } from './matrix-audit.js'
import { dealerOpsActions } from './matrix-dealer-ops.js'
import { identityActions } from './matrix-identity.js'

/**
 * Who may do what, and how far: the only place that grants anything. Data only; `decide.ts` reads it.
 * The page docs/access.md and `Query.accessMatrix` are generated from it.
 */
export const matrix = { ...identityActions, ...dealerOpsActions, ...auditActions }

/** A deed that can be allowed or refused: `<thing>:<deed>`, as the schema names it in `@access(action:)`. */
export type Action = keyof typeof matrix

/** All actions, in the order of the tables. */
export const actions = Object.keys(matrix) as readonly Action[]
