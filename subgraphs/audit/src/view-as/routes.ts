import { principals } from '@autora/shared/access'
import { invalid } from '@autora/shared/errors'
import type { InternalRoute } from '@autora/shared/graphql'
import { z } from 'zod'
import { recordView } from './service.js'

const viewForm = z.object({
  role: z.enum(principals),
  storeIds: z.array(z.guid()).max(20).nullable(),
  document: z.string().regex(/^[0-9a-f]{64}$/),
})

/**
 * What the gateway tells before it shows somebody the platform as another role: `/internal/view-as` takes
 * `{role, storeIds, document}` of the viewer whose seal comes with it, and answers `{}` once it is in the trail.
 */
export const viewRoutes: Readonly<Record<string, InternalRoute>> = {
  '/internal/view-as': async (ctx, body) => {
    const view = viewForm.safeParse(JSON.parse(body.toString('utf8')))
    if (!view.success) throw invalid('INVALID')
    await recordView(ctx, view.data)
    return {}
  },
}
