import { brandOf } from './brands.js'
import type { GroupPlan, StorePlan } from './group-plans.js'
import { personName } from './names.js'
import {
  type DemoGroup,
  type DemoLegalEntity,
  type DemoNetwork,
  type DemoStore,
  seedOf,
} from './network-shape.js'
import { partnersOf } from './partners.js'
import { peopleOf } from './people.js'
import { type DemoProfile, profiles } from './profiles.js'
import { Random, uuidOf } from './random.js'

/**
 * The groups, stores, people and partner keys of a profile: pure, the same every time, no database. Rows that depend
 * on the moment of seeding say how many days they lie from it.
 */
export function demoNetwork(profile: DemoProfile): DemoNetwork {
  const seed = seedOf(profile)
  const plans = profiles[profile].groups
  const groups = plans.map((plan) => groupOf(seed, plan))
  const legalEntities = plans.flatMap((plan) => entitiesOf(seed, plan))
  const stores = plans.flatMap((plan) => plan.stores.map((store) => storeOf(seed, plan, store)))
  const places = { profile, groups, legalEntities, stores }
  return { ...places, ...peopleOf(places), ...partnersOf(places) }
}

const groupId = (seed: string, code: string) => uuidOf(`${seed}/group/${code}`)
const entityId = (seed: string, code: string, index: number) =>
  uuidOf(`${seed}/group/${code}/entity/${index}`)
const countryOf = (plan: StorePlan | undefined) => (plan?.province === 'NA' ? 'NA' : 'ZA')

const groupOf = (seed: string, plan: GroupPlan): DemoGroup => ({
  id: groupId(seed, plan.code),
  code: plan.code,
  name: plan.name,
  kind: plan.kind,
  parentId: plan.parent === null ? null : groupId(seed, plan.parent),
  marketingContactMasked: plan.marketingContactMasked,
})

function entitiesOf(seed: string, plan: GroupPlan): DemoLegalEntity[] {
  return plan.entities.map((name, index) => {
    const random = new Random(`${seed}/group/${plan.code}/entity/${index}`)
    const officer = personName(random)
    return {
      id: entityId(seed, plan.code, index),
      groupId: groupId(seed, plan.code),
      name,
      registrationNumber: `${1994 + random.below(30)}/${random.digits(6)}/07`,
      informationOfficer: `${officer.first} ${officer.last}`,
      country: countryOf(plan.stores.find((store) => store.entity === index)),
    }
  })
}

function storeOf(seed: string, group: GroupPlan, plan: StorePlan): DemoStore {
  const code = `${group.code}-${plan.place}`
  const place = plan.place.charAt(0).toUpperCase() + plan.place.slice(1)
  const isTest = group.code === 'north' || group.code === 'south'
  const country = countryOf(plan)
  return {
    id: uuidOf(`${seed}/store/${code}`),
    groupId: groupId(seed, group.code),
    groupCode: group.code,
    legalEntityId: entityId(seed, group.code, plan.entity),
    code,
    name: isTest
      ? `${group.name} ${place}`
      : `${plan.brands.map((brand) => brandOf(brand).name).join(' & ')} ${place}`,
    city: plan.city,
    province: plan.province,
    country,
    timezone: country === 'NA' ? 'Africa/Windhoek' : 'Africa/Johannesburg',
    status: plan.status ?? 'ACTIVE',
    slaMinutes: new Random(`${seed}/store/${code}/sla`).pick([15, 30, 30, 30, 60]),
    brands: plan.brands,
  }
}
