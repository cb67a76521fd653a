import type { IdentitySettings } from '@autora/shared/config'
import type { ClientMetadata } from 'oidc-provider'
import { TOKEN_EXCHANGE } from './token-types.js'

/** Where an application may be sent back to. */
export type Redirect = IdentitySettings['AUTORA_CLIENT_REDIRECTS'][number]

/** Development needs no setting: a web application on port 3000, a native one on any port (RFC 8252, section 7.3). */
const developmentRedirects: readonly Redirect[] = [
  { clientId: 'autora-web', uri: 'http://localhost:3000/callback' },
  { clientId: 'autora-web', uri: 'http://127.0.0.1:3000/callback' },
  { clientId: 'autora-mobile', uri: 'http://127.0.0.1/callback' },
]

/** The redirects of an installation. */
export const redirectsOf = ({ AUTORA_CLIENT_REDIRECTS, AUTORA_PROFILE }: IdentitySettings) =>
  AUTORA_CLIENT_REDIRECTS.length === 0 && AUTORA_PROFILE === 'development'
    ? developmentRedirects
    : AUTORA_CLIENT_REDIRECTS

/** After signing out: the very redirects, and the front page of the same origin. */
const afterSignOut = (uris: readonly string[]): string[] => [
  ...new Set(uris.flatMap((uri) => (/^https?:/.test(uri) ? [uri, new URL('/', uri).href] : [uri]))),
]

const names = { 'autora-web': 'AUTORA', 'autora-mobile': 'AUTORA mobile' } as const

/** The built-in applications that have somewhere to go back to: public clients, which keep no secret. */
export function applications(redirects: readonly Redirect[]): ClientMetadata[] {
  return (['autora-web', 'autora-mobile'] as const).flatMap((id): ClientMetadata[] => {
    const uris = redirects.filter(({ clientId }) => clientId === id).map(({ uri }) => uri)
    if (uris.length === 0) return []
    return [
      {
        client_id: id,
        client_name: names[id],
        application_type: id === 'autora-mobile' ? 'native' : 'web',
        token_endpoint_auth_method: 'none',
        // supporters work in the web application alone
        grant_types: [
          'authorization_code',
          'refresh_token',
          ...(id === 'autora-web' ? [TOKEN_EXCHANGE] : []),
        ],
        response_types: ['code'],
        redirect_uris: uris,
        post_logout_redirect_uris: afterSignOut(uris),
      },
    ]
  })
}
