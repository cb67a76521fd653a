import { type SecuredSchema, securedSchema, subgraphSdl } from '@autora/shared/graphql'
import { accessResolvers, type ControlService } from './access/index.js'
import { accessPolicyResolvers } from './access-policies/index.js'
import { apiKeyResolvers, makeApprovedKey } from './api-keys/index.js'
import { type ApprovedDeeds, approvalResolvers } from './approvals/index.js'
import { dealerGroupResolvers } from './dealer-groups/index.js'
import { identityProviderResolvers, type ProviderRules } from './identity-providers/index.js'
import { legalEntityResolvers } from './legal-entities/index.js'
import { partnerAppResolvers } from './partner-apps/index.js'
import { storeResolvers } from './stores/index.js'
import { supportGrantResolvers } from './support-grants/index.js'
import { userResolvers } from './users/index.js'
import { viewerResolvers } from './viewer/index.js'

/** The schema text of the identity subgraph, for composition. */
export const identitySdl: string = subgraphSdl(__dirname)

/** What approvals carry out: each capability adds the deeds of its own. */
const approvedDeeds: ApprovedDeeds = {
  'apiKey:create': makeApprovedKey,
}

/** The executable schema. @param parts - what resolvers need beside the request. */
export const identitySchema = (parts: {
  readonly pepper: Buffer
  readonly controls: ControlService
  readonly providerRules: ProviderRules
}): SecuredSchema =>
  securedSchema('identity', identitySdl, [
    viewerResolvers,
    accessResolvers(parts.controls),
    dealerGroupResolvers,
    legalEntityResolvers,
    storeResolvers,
    userResolvers,
    partnerAppResolvers,
    apiKeyResolvers(parts.pepper),
    supportGrantResolvers,
    accessPolicyResolvers,
    approvalResolvers(approvedDeeds),
    identityProviderResolvers(parts.providerRules),
  ])
