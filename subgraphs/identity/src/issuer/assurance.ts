import type { AuthenticationMethod } from './interaction.js'
import type { AssuranceLevel } from './session-service.js'

/** Authentication context classes: with a password alone, with a second factor. */
export const acrs = {
  PASSWORD: 'urn:autora:acr:password',
  MFA: 'urn:autora:acr:mfa',
} as const satisfies Record<AssuranceLevel, string>

/** The level behind a class; anything unknown is the lower one. */
export const levelOf = (acr: string | undefined): AssuranceLevel => (acr === acrs.MFA ? 'MFA' : 'PASSWORD')

/** The class that methods add up to: a passkey verifies its user, so it is two factors by itself. */
export const acrOf = (methods: readonly AuthenticationMethod[]): string =>
  methods.includes('hwk') || new Set(methods).size > 1 ? acrs.MFA : acrs.PASSWORD
