import type { Onboarding, OnboardingCode, OnboardingFacts, OnboardingStep } from './entity.js'

interface Rule {
  readonly code: OnboardingCode
  readonly isOptional?: true
  readonly isDone: (facts: OnboardingFacts) => boolean
  readonly todo: (facts: OnboardingFacts) => string
}

/** The steps, in the order they are best taken. */
const rules: readonly Rule[] = [
  {
    code: 'LEGAL_ENTITY',
    isDone: (facts) => facts.legalEntities > 0 && facts.completeEntities === facts.legalEntities,
    todo: () => 'Name every legal entity with its registration number and its information officer.',
  },
  {
    code: 'STORE',
    isDone: (facts) => facts.stores > 0 && facts.configuredStores === facts.stores,
    todo: (facts) =>
      facts.stores === 0
        ? 'Create a store.'
        : `Decide on hours and on the routing of leads in ${facts.stores - facts.configuredStores} more of the stores.`,
  },
  {
    code: 'DEALER_ADMINS',
    isDone: (facts) => facts.admins >= 2,
    todo: (facts) =>
      `Invite ${2 - facts.admins} more Dealer Admin: what needs two pairs of eyes cannot be done by one.`,
  },
  {
    code: 'SECOND_FACTOR',
    isDone: (facts) => facts.admins > 0 && facts.adminsWithMfa === facts.admins,
    todo: () => 'Let every Dealer Admin sign in with a second factor.',
  },
  {
    code: 'SALES_PEOPLE',
    isDone: (facts) => facts.stores > 0 && facts.storesWithoutSales === 0,
    todo: (facts) =>
      `Invite somebody in sales for ${Math.max(facts.storesWithoutSales, 1)} more of the stores.`,
  },
  {
    code: 'ACCESS_POLICY',
    isDone: (facts) => facts.hasPolicy,
    todo: () => 'Decide on the local access policy.',
  },
  {
    code: 'PARTNER_KEYS',
    isOptional: true,
    isDone: (facts) => facts.apiKeys > 0,
    todo: () => 'Create a key for each partner that delivers leads.',
  },
]

const stepOf = (rule: Rule, facts: OnboardingFacts): OnboardingStep =>
  rule.isDone(facts)
    ? { code: rule.code, status: 'DONE', todo: null }
    : { code: rule.code, status: rule.isOptional ? 'OPTIONAL' : 'OPEN', todo: rule.todo(facts) }

/** How far a dealer group is set up. Nothing of this is stored: it is read from what is there. */
export function onboardingOf(facts: OnboardingFacts): Onboarding {
  const steps = rules.map((rule) => stepOf(rule, facts))
  const required = rules.filter(({ isOptional }) => !isOptional)
  const done = required.filter((rule) => rule.isDone(facts)).length
  return { tenantId: facts.tenantId, percent: Math.floor((100 * done) / required.length), steps }
}
