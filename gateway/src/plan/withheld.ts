import type { HiddenTree } from '../authorize/index.js'
import type { SignedCaller } from '../calls/index.js'
import type { Execution } from './execution.js'

/** A field that an operation asks for and no subgraph is asked for, as the trail has it. */
interface Withheld {
  readonly coordinate: string
  readonly class: string
  readonly policy: string
  readonly times: number
}

const told = new WeakSet<SignedCaller>()
const known = new WeakMap<HiddenTree, readonly Withheld[]>()

function collect(tree: HiddenTree, found: Map<string, Withheld>): Map<string, Withheld> {
  for (const { hidden, below } of tree.keys.values()) {
    for (const { coordinate, class: dataClass, policy } of hidden?.values() ?? []) {
      const times = (found.get(coordinate)?.times ?? 0) + 1
      found.set(coordinate, { coordinate, class: dataClass, policy, times })
    }
    if (below) collect(below, found)
  }
  return found
}

/** The fields of a tree; a program is carried out many times, and looked through once. */
function fieldsOf(tree: HiddenTree): readonly Withheld[] {
  let fields = known.get(tree)
  if (!fields) {
    fields = [...collect(tree, new Map()).values()]
    known.set(tree, fields)
  }
  return fields
}

/**
 * What subgraphs are told of the operation that a call belongs to, for the event of what it reads: its name, the hash of
 * its document, and, the first one that is asked for anything, what the operation asks for and never gets.
 */
export function toldOf({ caller, program, operation, hash }: Execution): object {
  const withheld = program.hidden && !told.has(caller) ? fieldsOf(program.hidden) : undefined
  if (withheld) told.add(caller)
  const name = operation.name?.value
  return { ...(name && { operation: name }), document: hash, ...(withheld && { withheld }) }
}
