import { DomainError, invalid } from '@autora/shared/errors'
import { type InternalRoute, recordRefusal } from '@autora/shared/graphql'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { actionForm, type BegunExport, type ExportWish, exportFormats, MOST_ACTIONS } from './entity.js'
import { beginExport, endExport, exportPage } from './service.js'

const time = z.iso.datetime({ offset: true }).nullable()
const filterForm = z.object({
  format: z.enum(exportFormats),
  from: time,
  to: time,
  actions: z.array(z.string().regex(actionForm)).max(MOST_ACTIONS),
})
const beginForm = z.union([
  z.strictObject({ filter: filterForm, reason: z.string().max(4_000).nullable() }),
  z.strictObject({ request: z.string().max(100) }),
])
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

/** Begins an export. A request that may not be taken, or no more, is an attempt that the trail tells of. */
async function begun(ctx: RequestContext, wish: ExportWish): Promise<BegunExport> {
  try {
    return await beginExport(ctx, wish)
  } catch (error) {
    if ('request' in wish && error instanceof DomainError)
      await recordRefusal(ctx, 'auditExportDownload', error.code)
    throw error
  }
}

/**
 * What the gateway makes an export of the trail from: `/internal/trail-export/begin` once, then
 * `/internal/trail-export/page` until `next` is null and
 * `/internal/trail-export/end` for the trailer, each under a fresh seal of the same request.
 */
export const exportRoutes: Readonly<Record<string, InternalRoute>> = {
  '/internal/trail-export/begin': async (ctx, body) => begun(ctx, read(beginForm, body)),
  '/internal/trail-export/page': async (ctx, body) => {
    const { filter, cut, begin } = read(pageForm, body)
    return exportPage(ctx, filter, cut, begin)
  },
  '/internal/trail-export/end': async (_ctx, body) => {
    const { format, cut, ...trailer } = read(endForm, body)
    return { text: endExport(format, cut, trailer) }
  },
}
