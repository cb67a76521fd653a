import { adfLimits } from './limits.js'
import { all, type Place, text } from './place.js'
import type { Interest, LeadDraft } from './reading.js'
import { readInterest, readVehicle } from './vehicle.js'

/**
 * The vehicles of a prospect, each put where its interest says. Their order counts only between two vehicles of the
 * same interest. Beyond `adfLimits.vehicles` the unclear ones and the customer's own cars are left out first.
 */
export function readVehicles(prospect: Place): Vehicles {
  const places = all(prospect, 'vehicle').map((place) => ({ place, interest: readInterest(place) }))
  if (places.length === 0) prospect.log.note('NO_VEHICLE', prospect.path)
  if (places.length > adfLimits.vehicles) prospect.log.note('LIMIT_EXCEEDED', `${prospect.path}.vehicle`)
  const ranked = places.sort((a, b) => rankOf(a.interest) - rankOf(b.interest)).slice(0, adfLimits.vehicles)
  const drafts = ranked.map(({ place, interest }) => readVehicle(place, interest))

  const [wanted = null, ...furtherWanted] = drafts.filter((draft) => roleOf(draft.interest) === 'WANTED')
  return {
    interest: drafts[0]?.interest ?? 'BUY',
    wanted,
    tradeIns: drafts.filter((draft) => roleOf(draft.interest) === 'OFFERED'),
    serviceVehicles: drafts.filter((draft) => roleOf(draft.interest) === 'SERVICED'),
    otherVehicles: [...furtherWanted, ...drafts.filter((draft) => draft.interest === null)],
    comments: ranked.flatMap(({ place }) =>
      all(place, 'comments', adfLimits.comments).flatMap((c) => text(c) ?? []),
    ),
  }
}

/** The vehicle part of a lead, and what is said about the vehicles. */
export interface Vehicles
  extends Pick<LeadDraft, 'interest' | 'wanted' | 'tradeIns' | 'serviceVehicles' | 'otherVehicles'> {
  readonly comments: readonly string[]
}

/** The most telling interest first: it becomes the interest of the lead. */
const roles = {
  BUY: 'WANTED',
  LEASE: 'WANTED',
  TEST_DRIVE: 'WANTED',
  SELL: 'OFFERED',
  TRADE_IN: 'OFFERED',
  SERVICE: 'SERVICED',
} as const satisfies Record<Interest, string>

const ranks = Object.keys(roles)
const rankOf = (interest: Interest | null): number => (interest ? ranks.indexOf(interest) : ranks.length)
const roleOf = (interest: Interest | null): (typeof roles)[Interest] | null => interest && roles[interest]
