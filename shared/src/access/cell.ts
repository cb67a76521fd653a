import type { PartnerScope } from './principals.js'

/**
 * How far a principal may carry out an action:
 * A all dealers · G own group by membership · S own store · O own or assigned · X himself.
 */
export type Reach = 'A' | 'G' | 'S' | 'O' | 'X'

/**
 * What must hold besides: g an active support grant · k only suppressed aggregates · m personal data masked ·
 * 4 a second pair of eyes · r a recorded reason · ! broken glass: a grant that a second owner approved; with k, only
 * aggregates without it · a scope: the key holds it.
 */
export type Need = 'g' | 'k' | 'm' | '4' | 'r' | '!' | PartnerScope

/** One cell of the matrix; `null` is never. */
export type Cell = null | Reach | `${Reach} ${Need}` | `${Reach} ${Need} ${Need}`

/** One cell per principal, in the order of `principals`: a short row does not compile. */
export type Row = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell]
