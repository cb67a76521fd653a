import type { InternalRoute } from '@autora/shared/graphql'
import { z } from 'zod'
import { demandSystem } from '../principals/index.js'
import { endLeakedKey, type LeakParts } from './leak-service.js'

const leakedBody = z.object({ keys: z.array(z.string().max(200)).max(100) })

/**
 * What the gateway hands on about keys. `/internal/keys/leaked`: `{keys}`, found in the open; answers `{}`, so that
 * nothing about them goes back.
 */
export const apiKeyRoutes = (parts: LeakParts): Readonly<Record<string, InternalRoute>> => ({
  '/internal/keys/leaked': async (ctx, body) => {
    demandSystem(ctx)
    const { keys } = leakedBody.parse(JSON.parse(body.toString('utf8')))
    for (const key of keys) await endLeakedKey(ctx, parts, key)
    return {}
  },
})
