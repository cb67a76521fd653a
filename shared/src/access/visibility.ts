import { decideField, type FieldDecision, type FieldRule } from './decide.js'
import { type AccessProfile, profileKey } from './profile.js'

const MOST_PROFILES = 500
const memory = new Map<string, Map<string, FieldDecision>>()

/**
 * `decideField` with a memory: the answer depends on nothing but rule and profile, so it is computed once for each pair.
 * Bounded: the memory starts anew when more profiles than `MOST_PROFILES` have been seen.
 */
export function visibility(rule: FieldRule, profile: AccessProfile): FieldDecision {
  const key = profileKey(profile)
  let known = memory.get(key)
  if (!known) {
    if (memory.size >= MOST_PROFILES) memory.clear()
    known = new Map()
    memory.set(key, known)
  }
  const ruleKey = `${rule.action}|${rule.dataClass}`
  let decision = known.get(ruleKey)
  if (!decision) {
    decision = decideField(rule, profile)
    known.set(ruleKey, decision)
  }
  return decision
}
