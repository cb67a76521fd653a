import { z } from 'zod'

const port = z.coerce.number('must be a port number').int().min(0).max(65_535)
const key32 = z
  .string('is missing: 64 hex digits')
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
  .transform((hex): Buffer => Buffer.from(hex, 'hex'))
const address = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must look like postgres://user:password@host:5432/name',
})

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

/** Unset means production: every hardening default is on. */
const profile = z.enum(['production', 'development']).default('production')

/** Settings that all processes share. */
const common = { AUTORA_PROFILE: profile, AUTORA_HOST: z.string().default('127.0.0.1') }

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
  /** Encrypts raw documents before anything reads them. */
  AUTORA_VAULT_KEY: key32,
})

/** Settings of the audit subgraph. */
export const auditSettings = z.object({ ...subgraph, AUTORA_PORT: port.default(4003) })

/** `<name>:<64 hex digits>`: who signs notes, and the seed of the key (C2SP signed-note). */
const noteKey = z
  .string('is missing: <name>:<64 hex digits>')
  .regex(/^[^\s+:]+:[0-9a-f]{64}$/, 'must be <name>:<64 hex digits>')
  .transform((text) => {
    const [name = '', hex = ''] = text.split(':')
    return { name, seed: Buffer.from(hex, 'hex') as Buffer }
  })

const publicKeyForm = String.raw`[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}`
const publicNoteKey = z
  .string('is missing: the public key of the log')
  .regex(new RegExp(`^${publicKeyForm}$`), 'must look like <name>+<8 hex digits>+<base64>')

/** `<public key>=<URL>` pairs between white space. */
const witnesses = z
  .string()
  .regex(
    new RegExp(String.raw`^\s*(${publicKeyForm}=https?://\S+\s*)*$`),
    'must be pairs such as <name>+<8 hex digits>+<base64>=https://witness.example',
  )
  .default('')
  .transform((text) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((pair) => {
        const end = pair.search(/=https?:/)
        return { key: pair.slice(0, end), url: pair.slice(end + 1) }
      }),
  )

/** Settings of the sequencer. */
export const sequencerSettings = z.object({
  ...common,
  AUTORA_PORT: port.default(4011),
  /** Connection string of the role autora_sequencer. */
  DATABASE_URL: databaseUrl,
  /** Signs the log over the trail. */
  AUTORA_LOG_KEY: noteKey,
  /** Who cosigns it; nobody by default. */
  AUTORA_WITNESSES: witnesses,
  /** Folder of what was signed last: never restored from a copy, never lost with the database. */
  AUTORA_STATE: z.string('is missing: a folder').min(1),
})

/** Settings of a witness. */
export const witnessSettings = z.object({
  ...common,
  AUTORA_PORT: port.default(4010),
  /** Signs cosignatures. */
  AUTORA_WITNESS_KEY: noteKey,
  /** Public key of the one log that it watches. */
  AUTORA_LOG: publicNoteKey,
  /** Folder of what was seen last. */
  AUTORA_STATE: z.string('is missing: a folder').min(1),
})

/** Settings of whoever exports evidence, beside those of a migration. */
export const evidenceSettings = z.object({ AUTORA_LOG: publicNoteKey, AUTORA_WITNESSES: witnesses })

/** Checked settings of the sequencer. */
export type SequencerSettings = z.output<typeof sequencerSettings>
/** Checked settings of a witness. */
export type WitnessSettings = z.output<typeof witnessSettings>
/** Checked settings by process. */
export type GatewaySettings = z.output<typeof gatewaySettings>
/** Checked settings of the identity subgraph. */
export type IdentitySettings = z.output<typeof identitySettings>
/** Checked settings of the dealer-ops subgraph. */
export type DealerOpsSettings = z.output<typeof dealerOpsSettings>
/** Checked settings of the audit subgraph. */
export type AuditSettings = z.output<typeof auditSettings>
