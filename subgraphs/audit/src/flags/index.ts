export { Flags } from './flagging-service.js'
export { flagResolvers } from './resolvers.js'
export type { FlagRule } from './rule.js'
export { allRules, flagRules } from './rules.js'
