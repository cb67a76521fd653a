import { invalid } from '@autora/shared/errors'
import type { InternalRoute } from '@autora/shared/graphql'
import { z } from 'zod'
import { exportFormats } from './entity.js'
import { beginExport, endExport, exportPage } from './service.js'

const time = z.iso.datetime({ offset: true }).nullable()
const filterForm = z.object({
  format: z.enum(exportFormats),
  from: time,
  to: time,
  actions: z.array(z.string().regex(/^[a-zA-Z]{1,40}\.[a-zA-Z]{1,40}$/)).max(50),
})
const beginForm = z.object({ filter: filterForm, reason: z.string().max(4_000).nullable() })
const cutForm = z.object({
  size: z.int().min(0),
  checkpointSize: z.int().min(1),
  checkpoint: z.string().max(20_000),
})
const pageForm = z.object({
  filter: filterForm,
  cut: cutForm,
  begin: z.int().min(0),
})
const endForm = z.object({
  format: z.enum(exportFormats),
  cut: cutForm,
  count: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

function read<Form extends z.ZodType>(form: Form, body: Buffer): z.output<Form> {
  const result = form.safeParse(JSON.parse(body.toString('utf8')))
  if (result.success) return result.data
  throw invalid('BAD_USER_INPUT')
}

/**
 * What the gateway makes an export of the trail from: `/internal/trail-export/begin` once, then
 * `/internal/trail-export/page` until `next` is null and
 * `/internal/trail-export/end` for the trailer, each under a fresh seal of the same request.
 */
export const exportRoutes: Readonly<Record<string, InternalRoute>> = {
  '/internal/trail-export/begin': async (ctx, body) => {
    const { filter, reason } = read(beginForm, body)
    return beginExport(ctx, filter, reason)
  },
  '/internal/trail-export/page': async (ctx, body) => {
    const { filter, cut, begin } = read(pageForm, body)
    return exportPage(ctx, filter, cut, begin)
  },
  '/internal/trail-export/end': async (_ctx, body) => {
    const { format, cut, ...trailer } = read(endForm, body)
    return { text: endExport(format, cut, trailer) }
  },
}
