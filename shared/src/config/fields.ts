import { z } from 'zod'

/** A port number; 0 picks a free one. */
export const port = z.coerce.number('must be a port number').int().min(0).max(65_535)

/** Connection string of PostgreSQL. */
export const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must look like postgres://user:password@host:5432/name',
})

/** An address of a service. */
export const address = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })

/** Unset means production: every hardening default is on. */
const profile = z.enum(['production', 'development']).default('production')

/** Settings that all processes share. */
export const common = { AUTORA_PROFILE: profile, AUTORA_HOST: z.string().default('127.0.0.1') }
