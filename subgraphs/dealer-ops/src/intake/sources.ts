import type { LeadSource } from '../leads/index.js'

/** Words in the names of those who send leads, and what kind of source they are; the first that fits counts. */
const words: readonly (readonly [RegExp, LeadSource])[] = [
  [/whats\s?app/, 'WHATSAPP'],
  [/facebook|instagram|tiktok|linkedin|\bmeta\b|social/, 'SOCIAL'],
  [
    /auto\s?trader|cars\.co|carpoint|cargurus|car\s?gurus|gumtree|\bolx\b|market\s?place|classified|webuycars/,
    'MARKETPLACE',
  ],
  [/\bgoogle\b|\bbing\b|\bsearch\b|adwords/, 'SEARCH'],
  [/\boem\b|manufacturer|importer/, 'OEM'],
  [/web\s?site|web\s?form|landing page/, 'WEBSITE'],
  [/referral|recommend/, 'REFERRAL'],
  [/\bevent\b|\bexpo\b|motor\s?show/, 'EVENT'],
  [/walk-?\s?in|showroom/, 'WALK_IN'],
  [/\bphone|call\s?cent(re|er)|telephon/, 'PHONE'],
]

/** What kind of source a sender is, by the name of the provider and of its service; PARTNER where neither tells. */
export function sourceOf(provider: string | null, service: string | null): LeadSource {
  const names = [service, provider].map((name) => (name ?? '').toLowerCase())
  for (const name of names) {
    const found = words.find(([pattern]) => pattern.test(name))
    if (found) return found[1]
  }
  return 'PARTNER'
}
