import { decideField, type FieldDecision, type FieldRule } from './decide.js'
import { type AccessProfile, profileKey } from './profile.js'

const MOST_PROFILES = 500
const memory = new Map<string, Map<FieldRule, FieldDecision>>()
const known = new WeakMap<AccessProfile, Map<FieldRule, FieldDecision>>()

/** The decisions of one profile; found by the profile itself, and by what it says when the object is new. */
function decisionsOf(profile: AccessProfile): Map<FieldRule, FieldDecision> {
  const key = profileKey(profile)
  let decisions = memory.get(key)
  if (!decisions) {
    if (memory.size >= MOST_PROFILES) memory.clear()
    decisions = new Map()
    memory.set(key, decisions)
  }
  known.set(profile, decisions)
  return decisions
}

/**
 * `decideField` with a memory: the answer depends on nothing but rule and profile, so it is computed once for each pair.
 * Bounded: the memory starts anew when more profiles than `MOST_PROFILES` have been seen.
 */
export function visibility(rule: FieldRule, profile: AccessProfile): FieldDecision {
  const decisions = known.get(profile) ?? decisionsOf(profile)
  let decision = decisions.get(rule)
  if (!decision) {
    decision = decideField(rule, profile)
    decisions.set(rule, decision)
  }
  return decision
}
