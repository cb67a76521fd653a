import { invalid } from '@autora/shared/errors'
import type { InternalRoute } from '@autora/shared/graphql'
import { z } from 'zod'
import { recordDenial } from './service.js'

const denialForm = z.object({
  coordinates: z
    .array(z.string().regex(/^[A-Za-z0-9_.]{1,200}$/))
    .min(1)
    .max(50),
  reason: z.string().regex(/^[A-Z_]{1,60}$/),
  decisionId: z.string().regex(/^dec_[0-9a-f]{32}$/),
})

/**
 * What the gateway tells before it refuses an operation: `/internal/denials` takes
 * `{coordinates, reason, decisionId}` of the caller whose seal comes with it, and answers `{}` once it is in the trail.
 */
export const denialRoutes: Readonly<Record<string, InternalRoute>> = {
  '/internal/denials': async (ctx, body) => {
    const denial = denialForm.safeParse(JSON.parse(body.toString('utf8')))
    if (!denial.success) throw invalid('INVALID')
    await recordDenial(ctx, denial.data)
    return {}
  },
}
