import type { Interaction, Interactions } from '../issuer/index.js'
import type { Answer } from './answer.js'
import type { Flow } from './flow.js'
import { membershipPage, nothingToChoosePage } from './flow-pages.js'
import type { Visit } from './visit.js'

/** The sign-in that an application waits for. */
export const interactionFlow = (interactions: Interactions, interaction: Interaction): Flow => ({
  base: `/sign-in/${interaction.uid}`,
  key: `interaction|${interaction.uid}`,
  clientName: interaction.clientName,
  demandsSecondFactor: interaction.demandsSecondFactor,
  loginHint: interaction.loginHint,
  leavesOrigin: true,
  async finish({ request, response }, account, methods) {
    await interactions.signedIn(request, response, { accountId: account.id, methods })
    return 'SENT'
  },
  async cancel({ request, response }) {
    await interactions.abort(request, response)
    return 'SENT'
  },
})

/** Lets somebody choose what he signs in as; who has one thing to choose is not asked. */
export async function membershipStep(
  interactions: Interactions,
  interaction: Interaction,
  flow: Flow,
  visit: Visit,
): Promise<Answer> {
  const choices = await interactions.choices(interaction)
  const [only] = choices
  const offered = choices.flatMap(({ membershipId, canBeAnalyst }) => [
    { value: membershipId, membershipId, asAnalyst: false },
    ...(canBeAnalyst ? [{ value: `${membershipId}/analyst`, membershipId, asAnalyst: true }] : []),
  ])
  const isObvious = choices.length === 1 && only?.canBeAnalyst === false
  // what is not among his own is the same as nothing
  const taken = isObvious ? offered[0] : offered.find(({ value }) => value === visit.text('membership'))
  if (taken) {
    const { membershipId, asAnalyst } = taken
    await interactions.choose(visit.request, visit.response, { membershipId, asAnalyst })
    return 'SENT'
  }
  const { token } = visit
  if (!only) return { status: 403, page: nothingToChoosePage(flow, token), leavesOrigin: true }
  const faults = visit.isPost ? [{ text: 'Choose one of them.', field: 'membership' }] : []
  return {
    status: visit.isPost ? 422 : 200,
    page: membershipPage({ flow, token, choices, faults }),
    leavesOrigin: true,
  }
}
