import { formatBundleLine, parseEventLeaf } from '@autora/shared/evidence'
import { commitmentsIn, type Opened } from '../personal-fields/index.js'

/** Opens commitments; what may not be seen, was erased or was altered has no value. */
export type OpenCommitments = (commitments: readonly string[]) => Promise<ReadonlyMap<string, Opened>>

/** The personal fields that the leaf of an event commits to. */
function fieldsOf(leaf: string) {
  const { envelope, body } = parseEventLeaf(leaf)
  const { detail } = JSON.parse(body) as { readonly detail: unknown }
  return commitmentsIn(JSON.stringify(detail)).map(([field, commitment]) => ({
    index: envelope.index,
    field,
    commitment,
  }))
}

/** The lines that disclose the values of events, by index of the event; what cannot be shown has none. */
export async function disclosureLines(
  leaves: readonly string[],
  open: OpenCommitments,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const fields = leaves.flatMap(fieldsOf)
  const opened = fields.length > 0 ? await open(fields.map(({ commitment }) => commitment)) : new Map()
  const lines = new Map<number, string[]>()
  for (const { index, field, commitment } of fields) {
    const { value, salt } = opened.get(`${field} ${commitment}`) ?? { value: null, salt: null }
    if (value === null || salt === null) continue
    const line = formatBundleLine({ kind: 'disclosure', index, field, value, salt })
    lines.set(index, [...(lines.get(index) ?? []), line])
  }
  return lines
}
