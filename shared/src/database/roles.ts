import type { Audience } from '../actor/index.js'

/** Owns schemas and tables; used by migrations and the demo generator only; nobody can log in as it. */
export const OWNER_ROLE = 'autora_owner'

/** Owns the few definer functions; sees exactly what its policies name; nobody can log in as it. */
export const SEC_ROLE = 'autora_sec'

/** The login role of a subgraph, or of the issuer: owns nothing, bypasses nothing. */
export const loginRole = (subgraph: Audience): string => `autora_${subgraph}`
