import { z } from 'zod'
import { address, common, databaseUrl, port, streams } from './fields.js'

/** `<name>:<64 hex digits>`: who signs notes, and the seed of the key (C2SP signed-note). */
const noteKey = z
  .string('is missing: <name>:<64 hex digits>')
  .regex(/^[^\s+:]+:[0-9a-f]{64}$/, 'must be <name>:<64 hex digits>')
  .transform((text) => {
    const [name = '', hex = ''] = text.split(':')
    return { name, seed: Buffer.from(hex, 'hex') as Buffer }
  })

/** Several of them between white space, all of one name. */
const noteKeys = z
  .string('is missing: <name>:<64 hex digits>')
  .transform((text) => text.split(/\s+/).filter(Boolean))
  .pipe(z.array(noteKey).min(1, 'is missing: <name>:<64 hex digits>'))
  .refine((keys) => new Set(keys.map(({ name }) => name)).size === 1, 'must be keys of one name')

const publicKeyForm = String.raw`[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}`
/** Public keys of one log between white space, each with the first size it signs behind `@`, where that is known. */
const publicLogKeys = z
  .string('is missing: the public key of the log')
  .regex(
    new RegExp(String.raw`^\s*${publicKeyForm}(@\d{1,15})?(\s+${publicKeyForm}(@\d{1,15})?)*\s*$`),
    'must be keys such as <name>+<8 hex digits>+<base64>, or <key>@<first size>',
  )
  .transform((text) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => {
        const [key = '', from] = word.split('@')
        return { key, from: from === undefined ? null : Number(from) }
      }),
  )

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
  /** Signs the log over the trail; a second one of the same name goes on once the log has declared it. */
  AUTORA_LOG_KEY: noteKeys,
  /** Who cosigns it; nobody by default. */
  AUTORA_WITNESSES: witnesses,
  /** Folder to which every published checkpoint goes as a file of its own, best one that can only be written once. */
  AUTORA_CHECKPOINTS: z.string().min(1).optional(),
  /** Folder of what was signed last: never restored from a copy, never lost with the database. */
  AUTORA_STATE: z.string('is missing: a folder').min(1),
})

/** Settings of the followers of the log. */
export const followerSettings = z.object({
  ...common,
  AUTORA_PORT: port.default(4012),
  /** Connection string of the role autora_follower. */
  DATABASE_URL: databaseUrl,
  /** Public keys of the log, which the control of the trail is checked with. */
  AUTORA_LOG: publicLogKeys.optional(),
  /** Whose cosignatures count; nobody's by default. */
  AUTORA_WITNESSES: witnesses,
  /** How clients address the gateway: its certificate and its door are checked there. */
  AUTORA_PUBLIC_URL: address.optional(),
  AUTORA_ISSUER: address.optional(),
  /** Connection string of the role autora_audit: the walls are tried with it, without the key that would open them. */
  AUTORA_UNSEALED_DATABASE_URL: databaseUrl.optional(),
  ...streams,
})

/** Settings of a witness. */
export const witnessSettings = z.object({
  ...common,
  AUTORA_PORT: port.default(4010),
  /** Signs cosignatures. */
  AUTORA_WITNESS_KEY: noteKey,
  /** Public keys of the one log that it watches, `<key>` or `<key>@<first size>`; its later epochs are followed. */
  AUTORA_LOG: publicLogKeys,
  /** Folder of what was seen last. */
  AUTORA_STATE: z.string('is missing: a folder').min(1),
})

/** Settings of whoever exports evidence, beside those of a migration. */
export const evidenceSettings = z.object({ AUTORA_LOG: publicLogKeys, AUTORA_WITNESSES: witnesses })

/** Checked settings of the sequencer. */
export type SequencerSettings = z.output<typeof sequencerSettings>
/** Checked settings of the followers. */
export type FollowerSettings = z.output<typeof followerSettings>
/** Checked settings of a witness. */
export type WitnessSettings = z.output<typeof witnessSettings>
