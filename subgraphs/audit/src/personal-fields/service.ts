import { openSideValue } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'
import type { PersonalField, SideValueRow } from './entity.js'
import { findSideValues } from './repository.js'

/** What one commitment turned out to be. */
export interface Opened {
  readonly state: 'DISCLOSED' | 'ERASED' | 'ALTERED'
  readonly value: string | null
  /** Without it the value proves nothing; it never leaves in an answer, only in evidence. */
  readonly salt: Buffer | null
}

const nothing = (state: 'ERASED' | 'ALTERED'): Opened => ({ state, value: null, salt: null })

/** A value is shown only when it is what the event committed to, under its very field. */
async function opened(tx: TenantTx, row: SideValueRow): Promise<Opened> {
  if (!row.ciphertext) return nothing('ERASED')
  if (!tx.vault) throw new Error('this process has no key of the vault')
  const key = await tx.vault.opened(row, { type: row.subject_type, id: row.subject_id })
  if (!key) return nothing('ERASED')
  const found = openSideValue(key, { ...row, ciphertext: row.ciphertext })
  return found ? { state: 'DISCLOSED', ...found } : nothing('ALTERED')
}

/** Opens the values behind commitments, by `<field> <commitment>`; what the caller may not see is missing. */
export async function openValues(tx: TenantTx, commitments: readonly string[]): Promise<Map<string, Opened>> {
  const rows = await findSideValues(
    tx,
    commitments.map((text) => Buffer.from(text, 'base64url')),
  )
  const all = rows.map(async (row) => {
    const name = `${row.field} ${row.commitment.toString('base64url')}`
    return [name, await opened(tx, row)] as const
  })
  return new Map(await Promise.all(all))
}

/** The commitments in the detail of an event: field and commitment, by name of the field. */
export function commitmentsIn(detail: string): readonly (readonly [field: string, commitment: string])[] {
  const { personal } = JSON.parse(detail) as { personal?: unknown }
  if (typeof personal !== 'object' || personal === null) return []
  const entries = Object.entries(personal).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Whether everything of an event of his tenant is shown to the caller; anybody else sees what is about himself. */
const seesAll = ({ actor }: RequestContext): boolean =>
  actor.principal === 'DEALER_ADMIN' && actor.grant === null

/** Who looks through somebody else's eyes sees no personal value, not even of his own. */
const isLimited = (ctx: RequestContext): boolean => ctx.profile().limitedBy !== undefined

/** The personal fields of an event, as far as the caller may see them; one statement for all events of a request. */
export async function personalFields(ctx: RequestContext, detail: string): Promise<PersonalField[]> {
  if (isLimited(ctx))
    return commitmentsIn(detail).map(([field]) => ({ field, value: null, state: 'REDACTED' }))
  return Promise.all(
    commitmentsIn(detail).map(async ([field, commitment]) => {
      const found = await ctx.batch<Opened>('sideValue', `${field} ${commitment}`, (names) =>
        ctx.tenant.read((tx) =>
          openValues(
            tx,
            names.map((name) => name.slice(name.indexOf(' ') + 1)),
          ),
        ),
      )
      if (found?.state === 'ALTERED') ctx.log.warn('trail.valueAltered', { requestId: ctx.requestId })
      // a value that was never kept belonged to somebody who was erased before
      if (!found) return { field, value: null, state: seesAll(ctx) ? 'ERASED' : 'REDACTED' } as const
      return { field, value: found.value, state: found.state }
    }),
  )
}
