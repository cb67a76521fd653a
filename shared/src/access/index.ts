export { type GrantCapability, grantAllows, grantCapabilities } from './capabilities.js'
export type { Cell, Need, Reach, Row } from './cell.js'
export { type ClassCell, classTable, column, type DataClass, dataClasses } from './classes.js'
export {
  type ActionDecision,
  type DenialReason,
  decideAction,
  decideClass,
  decideField,
  type FieldDecision,
  type FieldRule,
  isStricter,
  policyId,
  type Visibility,
} from './decide.js'
export { fourEyesActions } from './four-eyes.js'
export { graphFile, graphRules } from './graph.js'
export { mask } from './mask.js'
export { type Action, actions, matrix } from './matrix.js'
export { accessPage } from './page.js'
export { isPersonal } from './personal.js'
export {
  isLooser,
  looserKnobs,
  type PolicyFloor,
  policyMeaning,
  readPolicyValue,
  usualPolicy,
  withinFloor,
} from './policy.js'
export { type PolicyKnob, type PolicyValues, policyKnobNames, policyKnobs } from './policy-knobs.js'
export { type PartnerScope, type PiiLevel, type Principal, partnerScopes, principals } from './principals.js'
export { type AccessProfile, profileKey } from './profile.js'
export { type TableKind, type TableName, tables } from './tables.js'
export { visibility } from './visibility.js'
