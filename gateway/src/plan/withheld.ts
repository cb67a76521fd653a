import type { HiddenTree } from '../authorize/index.js'
import type { SignedCaller } from '../calls/index.js'
import type { Execution } from './execution.js'

const told = new WeakSet<SignedCaller>()

function count(tree: HiddenTree, counts: Record<string, number>): Record<string, number> {
  for (const { hidden, below } of tree.keys.values()) {
    for (const field of hidden?.values() ?? []) counts[field.class] = (counts[field.class] ?? 0) + 1
    if (below) count(below, counts)
  }
  return counts
}

/**
 * What an operation under a support grant asks for and never gets, by class: no subgraph is asked for those fields, so
 * the first one that is asked for anything is told, for the trail of the dealer. Undefined after that, and without a
 * grant.
 */
export function withheldFrom({ caller, program }: Execution): Readonly<Record<string, number>> | undefined {
  if (!caller.caller.actor.grant || !program.hidden || told.has(caller)) return undefined
  told.add(caller)
  return count(program.hidden, {})
}
