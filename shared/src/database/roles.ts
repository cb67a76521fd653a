import { type Audience, audiences } from '../actor/index.js'

/** Owns schemas and tables; used by migrations and the demo generator only; nobody can log in as it. */
export const OWNER_ROLE = 'autora_owner'

/** Owns the few definer functions; sees exactly what its policies name; nobody can log in as it. */
export const SEC_ROLE = 'autora_sec'

/** Who logs in: whoever seals contexts, and the sequencer, which acts for nobody and needs none. */
export const logins = [...audiences, 'sequencer'] as const

/** One of them. */
export type Login = Audience | 'sequencer'

/** The login role of a subgraph, of the issuer or of the sequencer: owns nothing, bypasses nothing. */
export const loginRole = (subgraph: Login): string => `autora_${subgraph}`
