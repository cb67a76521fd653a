import { z } from 'zod'
import { address, common, databaseUrl, key32, port, streams } from './fields.js'

/** Keys of 64 hex digits, separated by commas. */
const keys32 = z
  .string()
  .regex(/^([0-9a-f]{64}(,[0-9a-f]{64})*)?$/, 'must be keys of 64 hex digits, separated by commas')
  .default('')
  .transform((text): readonly Buffer[] =>
    text
      .split(',')
      .filter(Boolean)
      .map((hex) => Buffer.from(hex, 'hex')),
  )

/** `<id>:<64 hex digits>`; the database must hold the same key. */
const sealKey = z
  .string('is missing: <id>:<64 hex digits>')
  .regex(/^[a-z0-9]{1,16}:[0-9a-f]{64}$/, 'must be <id>:<64 hex digits>')
  .transform((text) => {
    const [id = '', hex = ''] = text.split(':')
    return { id, secret: Buffer.from(hex, 'hex') as Buffer }
  })

/** `<client id>=<URI>` pairs between white space: where an application may be sent back to, to the letter. */
const redirects = z
  .string()
  .regex(
    /^\s*(autora-(web|mobile)=\S+\s*)*$/,
    'must be pairs such as autora-web=https://app.example/callback',
  )
  .default('')
  .transform((text) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((pair) => ({
        clientId: pair.slice(0, pair.indexOf('=')),
        uri: pair.slice(pair.indexOf('=') + 1),
      })),
  )

/** A network of addresses: its first address and how many leading bits it fixes. */
export interface Network {
  readonly address: string
  readonly bits: number
}

const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'must be networks like 10.0.0.0/8, separated by commas',
})

/** Networks in CIDR form, separated by commas. */
const networks = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .pipe(z.array(cidr))
  .transform((all) =>
    all.map((one): Network => {
      const [address = '', bits = ''] = one.split('/')
      return { address, bits: Number(bits) }
    }),
  )

/** Settings of the gateway. */
export const gatewaySettings = z.object({
  ...common,
  AUTORA_PORT: port.default(4000),
  AUTORA_IDENTITY_URL: address,
  AUTORA_DEALER_OPS_URL: address,
  AUTORA_AUDIT_URL: address,
  AUTORA_SEAL_KEY: sealKey,
  AUTORA_HOP_SECRET: key32,
  AUTORA_ISSUER: address,
  AUTORA_AUDIENCE: z.string().default('urn:autora:api'),
  /** Defaults to the issuer's key set at the identity service. */
  AUTORA_JWKS_URL: address.optional(),
  /** Our own proxies in front: whose X-Forwarded-For is believed. By default nobody's. */
  AUTORA_TRUSTED_PROXIES: networks.optional(),
  /** How clients address the gateway, without a path: what signed requests (RFC 9449) are checked against. */
  AUTORA_PUBLIC_URL: address.optional(),
})

/** Settings of every subgraph. */
const subgraph = {
  ...common,
  DATABASE_URL: databaseUrl,
  /** This subgraph's own key, derived from the gateway's hop secret. */
  AUTORA_HOP_KEY: key32,
  /** Wraps the keys under which personal values are encrypted; dealer-ops also encrypts raw documents with it. */
  AUTORA_VAULT_KEY: key32,
  /** Keys of the vault that open and seal nothing new: the next one before a rotation, the old one after it. */
  AUTORA_VAULT_FURTHER_KEYS: keys32,
  /** Denials of one actor that are events of their own in a minute; further ones are counted. 20 without it. */
  AUTORA_DENIALS_PER_MINUTE: z.coerce.number('must be a number').int().min(0).optional(),
}

/** Settings of the identity subgraph. */
export const identitySettings = z.object({
  ...subgraph,
  AUTORA_PORT: port.default(4001),
  /** Under which API keys are stored as HMAC. */
  AUTORA_KEY_PEPPER: key32,
  /** Public keys of development tokens, as a JSON Web Key Set; published beside the issuer's own. Never in production. */
  AUTORA_ISSUER_JWKS: z.string().min(2).optional(),
  /** Where people sign in, as browsers reach it; also the `iss` of every token. */
  AUTORA_ISSUER: address,
  AUTORA_AUDIENCE: z.string().default('urn:autora:api'),
  /** Connection string of the issuer's own login role. */
  AUTORA_ISSUER_DATABASE_URL: databaseUrl,
  /** Seals the issuer's own work, and opens nothing for any other role. */
  AUTORA_ISSUER_SEAL_KEY: sealKey,
  /** Encrypts signing keys and second factors at rest; cookie keys are derived from it. */
  AUTORA_ISSUER_KEY: key32,
  /** Where autora-web and autora-mobile may be sent back to; development has loopback addresses without it. */
  AUTORA_CLIENT_REDIRECTS: redirects,
  /** The mail server, `smtps://user:password@host`; without one no mail leaves. */
  AUTORA_MAIL_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp(s) URL' }).optional(),
  /** Sender of every mail. */
  AUTORA_MAIL_FROM: z.email('must be an e-mail address').optional(),
  /** A folder that gets every mail as a file; read in development only. */
  AUTORA_MAIL_OUTBOX: z.string().min(1).optional(),
  /** Proxies of one's own in front of the sign-in pages, each adding to X-Forwarded-For; 0 without it. */
  AUTORA_PROXIES: z.coerce.number('must be a number').int().min(0).max(5).optional(),
})

/** Settings of the dealer-ops subgraph. */
export const dealerOpsSettings = z.object({
  ...subgraph,
  AUTORA_PORT: port.default(4002),
})

/** Settings of the audit subgraph. */
export const auditSettings = z.object({ ...subgraph, ...streams, AUTORA_PORT: port.default(4003) })

/** Checked settings by process. */
export type GatewaySettings = z.output<typeof gatewaySettings>
/** Checked settings of the identity subgraph. */
export type IdentitySettings = z.output<typeof identitySettings>
/** Checked settings of the dealer-ops subgraph. */
export type DealerOpsSettings = z.output<typeof dealerOpsSettings>
/** Checked settings of the audit subgraph. */
export type AuditSettings = z.output<typeof auditSettings>
