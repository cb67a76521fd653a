import type { DenialReason, Principal } from '@autora/shared/access'
import { type Actor, accessProfile } from '@autora/shared/actor'
import { encodeId } from '@autora/shared/request'
import { Kind } from 'graphql'
import type { Asked, Authorizer, Denial } from '../authorize/index.js'
import { type Difference, differences } from './differences.js'
import { readViewAs, type ViewWish } from './header.js'
import { mayView, viewedActor } from './viewed-actor.js'

/** `extensions.access.viewAs` of every answer that was given to a view. */
export interface ViewReport {
  readonly role: Principal
  /** To be shown wherever the data is: who looked, as whom, when, and in which request. */
  readonly watermark: string
  /** Fields of the operation that viewer and role do not see alike. */
  readonly differences: readonly Difference[]
}

/** A request that is carried out as a view. */
export interface View {
  readonly wish: ViewWish
  /** Who it is carried out for. */
  readonly actor: Actor
  readonly report: ViewReport
  /** Why it is not carried out at all, whatever the matrix says. */
  readonly denials: readonly Denial[]
}

/** What a view depends on. */
export interface ViewRequest {
  readonly actor: Actor
  readonly asked: Asked
  readonly requestId: string
  readonly now: Date
}

const denial = (coordinate: string, path: readonly string[], reason: DenialReason): Denial => ({
  path,
  coordinate,
  reason,
  policy: 'viewAs',
})

/** A view changes nothing: each deed at the root is refused. */
function deeds({ operation }: Asked): readonly Denial[] {
  if (operation.operation !== 'mutation') return []
  const fields = operation.selectionSet.selections.flatMap((field) =>
    field.kind === Kind.FIELD
      ? [
          denial(
            `Mutation.${field.name.value}`,
            [field.alias?.value ?? field.name.value],
            'VIEW_AS_READ_ONLY',
          ),
        ]
      : [],
  )
  return fields.length > 0 ? fields : [denial('Mutation', [], 'VIEW_AS_READ_ONLY')]
}

/**
 * Opens the view that a request asks for by its header.
 *
 * @returns null when it asks for none. Somebody who may not view at all gets a view with denials and no differences.
 * @throws {Refusal} 400 BAD_REQUEST - the header has another form, or platform staff named stores.
 */
export function openView(
  authorizer: Authorizer,
  header: string | readonly string[] | undefined,
  { actor, asked, requestId, now }: ViewRequest,
): View | null {
  const wish = readViewAs(header)
  if (!wish) return null
  const { role } = wish
  const watermark = `Seen as ${role} by ${encodeId('User', actor.id)} at ${now.toISOString()}, request ${requestId}`
  const own = accessProfile(actor)
  if (!own || !mayView(actor)) {
    const denials = [
      denial(asked.operation.operation === 'mutation' ? 'Mutation' : 'Query', [], 'VIEW_AS_NOT_ALLOWED'),
    ]
    return { wish, actor, report: { role, watermark, differences: [] }, denials }
  }
  const found = differences(authorizer.schema, authorizer.rules, asked, {
    own,
    asRole: { ...own, principal: role },
  })
  return {
    wish,
    actor: viewedActor(actor, wish),
    report: { role, watermark, differences: found },
    denials: deeds(asked),
  }
}
