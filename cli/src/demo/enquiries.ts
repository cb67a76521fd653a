import { minute } from './arrival-times.js'
import { brandOf } from './brands.js'
import type { LeadPlan, LeadSource } from './lead-plan.js'
import type { DemoLead, DemoVehicle } from './leads.js'
import type { Random } from './random.js'
import type { StoreWorld } from './store-world.js'
import { comments, fill, financeIntents } from './texts.js'

const fromPartner: readonly LeadSource[] = ['WEBSITE', 'MARKETPLACE', 'PARTNER']
const sourceNames: Partial<Record<LeadSource, readonly string[]>> = {
  MARKETPLACE: ['AutoMarket', 'AutoMarket', 'AutoMarket', 'WielDeals', 'WielDeals'],
  SOCIAL: ['Meta lead ads'],
  SEARCH: ['Google Ads'],
  OEM: ['Brand website'],
  PARTNER: ['Ubuntu Credit', 'FleetMatch'],
  EVENT: ['Dealer open day', 'Nampo'],
}
const campaigns = ['Winter service', 'Year-end clearance', 'First car', 'Bakkie month', '0 % deposit']
const referrers: Partial<Record<LeadSource, string>> = {
  WEBSITE: 'https://www.example.com/{store}/{model}?gclid=EAIa{click}&session={click}',
  MARKETPLACE: 'https://automarket.example.com/listing/{click}?from=search',
  SOCIAL: 'https://social.example.com/ad?fbclid=IwAR{click}',
  SEARCH: 'https://search.example.com/aclk?gclid=Cj0K{click}',
}

/** What a planned lead asks for, and what it says about itself. */
export function enquiryOf(world: StoreWorld, random: Random, plan: LeadPlan, customerId: string): DemoLead {
  const id = random.uuid()
  const brand = brandOf(random.pick(world.store.brands))
  const wanted = wantedVehicle(random, world, brand.code)
  const names = sourceNames[plan.source]
  const isPartners = fromPartner.includes(plan.source)
  const words = { model: wanted.model, store: world.store.code, click: random.bits().toString(36) }
  const referrer = referrers[plan.source]
  return {
    id,
    customerId,
    receivedAt: plan.receivedAt,
    requestedAt: isPartners ? plan.receivedAt - random.below(4) * minute : null,
    interest: random.weighted(interests),
    source: plan.source,
    sourceName: names ? random.pick(names) : null,
    campaign: random.chance(0.12) ? random.pick(campaigns) : null,
    brandCode: brand.code,
    budget: random.chance(0.3) ? { cents: (8 + random.below(90)) * 1_000_000, currency: 'ZAR' } : null,
    financeIntent: random.chance(0.33) ? random.pick(financeIntents) : null,
    comments: random.chance(0.7) ? fill(random.pick(comments), words) : null,
    referrer: referrer === undefined ? null : fill(referrer, words).replaceAll(' ', '-'),
    consent: random.weighted(consents),
    isPartners,
    vehicles: random.chance(0.18) ? [wanted, tradeIn(random)] : [wanted],
    externalIds: isPartners ? [{ source: 'automarket', value: `AM-${random.digits(9)}` }] : [],
  }
}

const interests = [
  ['BUY', 0.72],
  ['TEST_DRIVE', 0.12],
  ['TRADE_IN', 0.06],
  ['SERVICE', 0.05],
  ['LEASE', 0.03],
  ['SELL', 0.02],
] as const

const consents = [
  ['GRANTED', 0.63],
  ['UNKNOWN', 0.31],
  ['WITHDRAWN', 0.03],
  ['EXPIRED', 0.03],
] as const

/** Used cars outsell new ones by more than two to one. */
function wantedVehicle(random: Random, world: StoreWorld, brandCode: string): DemoVehicle {
  const brand = brandOf(brandCode)
  const isNew = random.chance(0.32)
  return {
    part: 'WANTED',
    year: isNew ? null : 2015 + random.below(11),
    make: brand.name,
    model: random.pick(brand.models),
    stockNumber: random.chance(0.6)
      ? `${world.store.code.slice(0, 2).toUpperCase()}${random.digits(5)}`
      : null,
    vin: random.chance(0.25) ? vinOf(random, brand.wmi) : null,
    condition: isNew ? 'NEW' : 'USED',
    odometer: isNew ? null : 1_000 * (5 + random.below(180)),
  }
}

function tradeIn(random: Random): DemoVehicle {
  const brand = brandOf(
    random.pick(['TOYOTA', 'VW', 'FORD', 'HYUNDAI', 'NISSAN', 'SUZUKI', 'BMW', 'RENAULT']),
  )
  return {
    part: 'TRADE_IN',
    year: 2006 + random.below(18),
    make: brand.name,
    model: random.pick(brand.models),
    stockNumber: null,
    vin: random.chance(0.4) ? vinOf(random, brand.wmi) : null,
    condition: 'USED',
    odometer: 1_000 * (20 + random.below(260)),
  }
}

/** 17 characters of the VIN alphabet; `U` stands where the check digit would, which no check digit is. */
const vinOf = (random: Random, wmi: string) =>
  `${wmi}${letters(random, 5)}U${letters(random, 2)}${random.digits(6)}`

const letters = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.pick('ABCDEFGHJKLMNPRSTVWXYZ'.split(''))).join('')
