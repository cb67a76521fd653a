export { type Asked, Authorizer } from './authorizer.js'
export type { Denial, Program } from './program.js'
export { type Redaction, redact } from './redact.js'
