import { type SecuredSchema, securedSchema, subgraphSdl } from '@autora/shared/graphql'
import { accessResolvers } from './access/index.js'
import { accessPolicyDeeds, accessPolicyResolvers } from './access-policies/index.js'
import { apiKeyResolvers, makeApprovedKey } from './api-keys/index.js'
import { type ApprovedDeeds, approvalResolvers } from './approvals/index.js'
import { billingResolvers } from './billing/index.js'
import { dealerGroupResolvers } from './dealer-groups/index.js'
import { governanceRuleDeeds, governanceRuleResolvers } from './governance-rules/index.js'
import { identityProviderResolvers, type ProviderRules } from './identity-providers/index.js'
import { invitationDeeds, invitationResolvers, type Postbox } from './invitations/index.js'
import { legalEntityResolvers } from './legal-entities/index.js'
import { lifecycleDeeds, lifecycleResolvers } from './lifecycle/index.js'
import { membershipDeeds, membershipResolvers } from './memberships/index.js'
import { onboardingResolvers } from './onboarding/index.js'
import { partnerAppResolvers } from './partner-apps/index.js'
import { sessionResolvers } from './sessions/index.js'
import { storeResolvers } from './stores/index.js'
import { breakGlass, supportGrantResolvers } from './support-grants/index.js'
import { userChangeDeeds, userChangeResolvers } from './user-changes/index.js'
import { userResolvers } from './users/index.js'
import { viewerResolvers } from './viewer/index.js'

/** The schema text of the identity subgraph, for composition. */
export const identitySdl: string = subgraphSdl(__dirname)

/** What approvals carry out: each capability adds the deeds of its own. */
const approvedDeeds = (post: Postbox): ApprovedDeeds => ({
  'apiKey:create': makeApprovedKey,
  'breakGlass:start': breakGlass(post.mail),
  ...accessPolicyDeeds,
  ...governanceRuleDeeds,
  ...invitationDeeds(post),
  ...lifecycleDeeds,
  ...membershipDeeds,
  ...userChangeDeeds,
})

/** The executable schema. @param parts - what resolvers need beside the request. */
export const identitySchema = (parts: {
  readonly pepper: Buffer
  readonly post: Postbox
  readonly providerRules: ProviderRules
}): SecuredSchema =>
  securedSchema('identity', identitySdl, [
    viewerResolvers,
    accessResolvers,
    dealerGroupResolvers,
    legalEntityResolvers,
    storeResolvers,
    userResolvers,
    userChangeResolvers,
    invitationResolvers(parts.post),
    membershipResolvers,
    sessionResolvers,
    partnerAppResolvers,
    apiKeyResolvers(parts.pepper),
    supportGrantResolvers,
    accessPolicyResolvers,
    governanceRuleResolvers,
    approvalResolvers(approvedDeeds(parts.post)),
    billingResolvers,
    lifecycleResolvers,
    onboardingResolvers,
    identityProviderResolvers(parts.providerRules),
  ])
