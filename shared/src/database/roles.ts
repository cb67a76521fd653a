import { type Audience, audiences } from '../actor/index.js'

/** Owns schemas and tables; used by migrations and the demo generator only; nobody can log in as it. */
export const OWNER_ROLE = 'autora_owner'

/** Owns the few definer functions; sees exactly what its policies name; nobody can log in as it. */
export const SEC_ROLE = 'autora_sec'

/** Processes of the platform that act for nobody: no sealed context opens anything to them, their grants alone do. */
export const systemLogins = ['sequencer', 'follower', 'auditor'] as const

/** Who logs in: whoever works with sealed contexts, and the platform's own processes. */
export const logins = [...audiences, ...systemLogins] as const

/** One of them. */
export type Login = Audience | (typeof systemLogins)[number]

/** The login role of a subgraph, of the issuer or of a process of the platform: owns nothing, bypasses nothing. */
export const loginRole = (subgraph: Login): string => `autora_${subgraph}`
