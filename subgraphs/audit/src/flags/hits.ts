import { encodeId } from '@autora/shared/request'
import type { LoggedEvent } from '../followers/index.js'
import type { Hit } from './rule.js'

/** Who acted, as ids leave the platform. */
export const actor = ({ actorId, principal }: LoggedEvent): string =>
  encodeId(principal === 'PARTNER' ? 'ApiKey' : 'User', actorId)
/** One act of somebody. */
export const once = (about: string): Hit => ({ about, weight: 1 })
/** How many acts an event stands for: repeated denials are told together. */
export const times = ({ detail }: LoggedEvent): number =>
  typeof detail.count === 'number' && detail.count > 0 ? detail.count : 1
