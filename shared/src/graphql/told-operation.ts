import { dataClasses, isPersonal } from '../access/index.js'
import type { RequestContext, WithheldField } from '../request/index.js'

const hash = /^[0-9a-f]{64}$/
const MOST_NAME = 80

/** What the gateway says of the operation in the body of a call, unchecked. */
interface Told {
  readonly operation?: unknown
  readonly document?: unknown
  readonly withheld?: unknown
}

const isWithheld = (entry: unknown): entry is WithheldField => {
  const { coordinate, class: dataClass, policy, times } = (entry ?? {}) as Partial<WithheldField>
  return (
    typeof coordinate === 'string' &&
    typeof policy === 'string' &&
    typeof times === 'number' &&
    (dataClasses as readonly (string | undefined)[]).includes(dataClass)
  )
}

/**
 * Takes what the gateway tells of an operation in the body of a call: its name, the hash of its document, and what was
 * asked for and is not fetched. Calls without it, such as those of a test, are as good.
 */
export function takeOperation(ctx: RequestContext, body: unknown): void {
  const { extensions } = (body ?? {}) as { extensions?: Told }
  if (!extensions) return
  const { operation, document, withheld } = extensions
  const fields = Array.isArray(withheld) ? withheld.filter(isWithheld) : []
  ctx.reads.tell({
    name: typeof operation === 'string' ? operation.slice(0, MOST_NAME) : null,
    document: typeof document === 'string' && hash.test(document) ? document : null,
    withheld: fields.filter((field) => isPersonal(field.class)),
  })
  for (const field of fields) ctx.tally?.field('redacted', field.class, field.times)
}
