import { z } from 'zod'

/** A port number; 0 picks a free one. */
export const port = z.coerce.number('must be a port number').int().min(0).max(65_535)

/** Connection string of PostgreSQL. */
export const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must look like postgres://user:password@host:5432/name',
})

/** A key of 32 bytes. */
export const key32 = z
  .string('is missing: 64 hex digits')
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
  .transform((hex): Buffer => Buffer.from(hex, 'hex'))

/** What whoever sends the trail to receivers needs, and whoever takes their addresses. */
export const streams = {
  /** Encrypts the secrets that deliveries are signed with; without it no trail is sent anywhere. */
  AUTORA_STREAM_KEY: key32.optional(),
  /** `true` lets receivers be on this machine, over http: for development and tests. */
  AUTORA_STREAM_LOOPBACK: z.stringbool({ error: 'must be true or false' }).default(false),
}

/** An address of a service. */
export const address = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })

/** Unset means production: every hardening default is on. */
const profile = z.enum(['production', 'development']).default('production')

/** Settings that all processes share. */
export const common = { AUTORA_PROFILE: profile, AUTORA_HOST: z.string().default('127.0.0.1') }
