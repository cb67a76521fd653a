const hour = 3600
const day = 24 * hour

/** How long everything lives, in seconds; nothing is without an end. */
export const lifetimes = {
  accessToken: 300,
  idToken: hour,
  authorizationCode: 60,
  serviceToken: 300,
  /** To finish one sign-in. */
  interaction: hour,
  /** The browser's session at the issuer. */
  browser: 12 * hour,
  /** From a sign-in to the next one, however often tokens are refreshed. */
  session: { web: 12 * hour, native: 30 * day },
  /** The longest that anything may stand on one authorization. */
  authorization: 30 * day,
} as const
