export { DateTime } from './date-time.js'
export { fieldRules, type SchemaRules } from './field-rules.js'
export { MOST_REPRESENTATIONS } from './limits.js'
export { prelude } from './prelude.js'
