/** The grant type of RFC 8693. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The type of what `supportSessionStart` hands out. */
export const SUPPORT_TOKEN_TYPE = 'urn:autora:params:oauth:token-type:support-session'

/** The type of an access token, as RFC 8693 names it. */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'
