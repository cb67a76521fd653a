export { type Asked, Authorizer } from './authorizer.js'
export type { Denial, HiddenTree, Program } from './program.js'
export { type Redaction, redact } from './redact.js'
