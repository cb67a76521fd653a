import { recordAudit } from '@autora/shared/audit'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { checked } from '../given-values.js'
import { scopeOf } from '../scope.js'
import { findKnownBrands, saveBrands, saveConfiguration } from './configure-repository.js'
import type { Routing, StoreConfiguration, StoreRow } from './entity.js'
import { formatOpeningHours, parseOpeningHours } from './opening-hours.js'
import { findBrands, lockStore } from './repository.js'

/** Changes of a store. `null` and absent both mean: as it is. */
export interface StoreChanges {
  readonly slaMinutes?: number | null
  readonly openingHours?: string | null
  readonly timezone?: string | null
  readonly routing?: Routing | null
  readonly brands?: readonly string[] | null
}

/** What somebody wants to configure. */
export interface ConfigureStoreInput {
  readonly id: string | null
  readonly changes: StoreChanges
  readonly version?: number | null
}

/** Whether the IANA database has the zone; offsets such as `+02:00` are no zones. */
function isTimezone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** A time zone of the IANA database. */
export const timezone = z
  .string()
  .max(60, 'must have at most 60 characters')
  .refine(isTimezone, 'must be a time zone such as Africa/Johannesburg')

const changesInput = z.object({
  slaMinutes: z.number().int().min(1, 'must be at least 1').max(1440, 'must be at most 1440').nullish(),
  openingHours: z
    .string()
    .max(400, 'must have at most 400 characters')
    .transform((text, issues) => {
      const rows = parseOpeningHours(text)
      const written = rows && formatOpeningHours(rows)
      if (written && written.length <= 200) return written
      issues.addIssue('must be hours such as Mo-Fr 08:00-17:30; Sa 08:30-13:00, at most 200 characters')
      return z.NEVER
    })
    .nullish(),
  timezone: timezone.nullish(),
  brands: z.array(z.string()).max(50, 'must have at most 50 brands').nullish(),
})

const fields = ['slaMinutes', 'openingHours', 'timezone', 'routing'] as const

/**
 * Configures a store: hours, time zone, routing, response time, brands. Repeating a change returns the store and
 * records no second event.
 *
 * @throws {DomainError} INVALID - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND - absent or somebody else's.
 * @throws {DomainError} CONFLICT - the store has another version than the one that was read.
 */
export async function configureStore(ctx: RequestContext, input: ConfigureStoreInput): Promise<StoreRow> {
  const given = checked(changesInput, input.changes, ['changes'])
  return ctx.tenant.write(async (tx) => {
    const scope = scopeOf(ctx.actor)
    const store = input.id === null ? undefined : await lockStore(tx, scope, input.id)
    if (!store) throw notFound()
    if (typeof input.version === 'number' && input.version !== store.version) throw conflict('CONFLICT')
    const next: StoreConfiguration = {
      slaMinutes: given.slaMinutes ?? store.slaMinutes,
      openingHours: given.openingHours ?? store.openingHours,
      timezone: given.timezone ?? store.timezone,
      routing: input.changes.routing ?? store.routing,
    }
    const changed: string[] = fields.filter((field) => next[field] !== store[field])
    const brands = given.brands ? await brandChange(tx, store, scope, given.brands) : null
    if (brands) changed.push('brands')
    if (changed.length === 0) return store
    if (brands) await saveBrands(tx, store, brands.to)
    const saved = await saveConfiguration(tx, store, next)
    if (!saved) throw notFound()
    await recordAudit(tx, 'store.configured', {
      targetId: saved.id,
      storeId: saved.id,
      tenantId: saved.tenantId,
      detail: {
        changed,
        version: saved.version,
        ...fromTo(store, saved),
        ...(brands && brandsFromTo(brands)),
      },
    })
    return saved
  })
}

type BrandChange = { readonly from: readonly string[]; readonly to: readonly string[] }

/** The brands before and after; null when they are the same. */
async function brandChange(
  tx: Parameters<typeof findBrands>[0],
  store: StoreRow,
  scope: Parameters<typeof findBrands>[1],
  codes: readonly string[],
): Promise<BrandChange | null> {
  const to = [...new Set(codes)].sort()
  await demandBrands(tx, to, ['changes', 'brands'])
  const from = (await findBrands(tx, scope, [store.id])).map(({ code }) => code).sort()
  return from.join() === to.join() ? null : { from, to }
}

/** Checks that brands are known. @throws {DomainError} INVALID - one of them is not. */
export async function demandBrands(
  tx: Parameters<typeof findBrands>[0],
  codes: readonly string[],
  field: readonly string[],
): Promise<void> {
  const known = await findKnownBrands(tx, codes)
  if (known.length !== codes.length)
    throw invalid('INVALID', { field: [...field], message: 'One of the brands is not known.' })
}

const brandsFromTo = ({ from, to }: BrandChange) => ({ 'brands.from': from, 'brands.to': to })

/** What changed, before and after: none of it is about a person. */
const fromTo = (before: StoreConfiguration, after: StoreConfiguration) =>
  Object.fromEntries(
    fields
      .filter((field) => before[field] !== after[field])
      .flatMap((field) => [
        [`${field}.from`, before[field]],
        [`${field}.to`, after[field]],
      ]),
  )
