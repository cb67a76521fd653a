import type { PublicSite } from '@autora/shared/graphql'

/** Several public sites as one: the first that owns a path answers it. */
export const joinSites = (...sites: readonly PublicSite[]): PublicSite => ({
  owns: (path) => sites.some((site) => site.owns(path)),
  async handle(request, response) {
    const path = (request.url ?? '').split('?')[0] ?? ''
    await sites.find((site) => site.owns(path))?.handle(request, response)
  },
})
