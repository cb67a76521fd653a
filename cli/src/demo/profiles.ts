import { type GroupPlan, plansS, plansXs } from './group-plans.js'

/** How large the network is: `XS` for tests, `S` for development. */
export type DemoProfile = 'XS' | 'S'

/** The sizes of a profile. Messages follow from the conversations: about seven each. */
export interface ProfileSizes {
  readonly groups: readonly GroupPlan[]
  readonly users: number
  readonly leads: number
  readonly customers: number
  readonly conversations: number
  readonly appointments: number
  /** Days that the leads are spread over. */
  readonly days: number
  /** Whether the trail tells every change of status or only the last one. */
  readonly auditsEveryChange: boolean
}

/** All profiles. */
export const profiles: Readonly<Record<DemoProfile, ProfileSizes>> = {
  XS: {
    groups: plansXs,
    users: 30,
    leads: 500,
    customers: 380,
    conversations: 430,
    appointments: 150,
    days: 30,
    auditsEveryChange: true,
  },
  S: {
    groups: plansS,
    users: 500,
    leads: 60_000,
    customers: 45_000,
    conversations: 52_000,
    appointments: 18_000,
    days: 183,
    auditsEveryChange: false,
  },
}
