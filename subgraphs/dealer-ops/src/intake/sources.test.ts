import { sourceOf } from './sources.js'

describe('the source of a lead', () => {
  it.each([
    ['AutoTrader.ca', null, 'MARKETPLACE'],
    ['CarPoint', 'Used Car Classifieds', 'MARKETPLACE'],
    ['Activix', "ABC Motors' Website", 'WEBSITE'],
    ['Meta Lead Ads', null, 'SOCIAL'],
    ['WhatsApp Business', 'Facebook', 'SOCIAL'],
    ['Google', 'WhatsApp', 'WHATSAPP'],
    ['Google', null, 'SEARCH'],
    ['Metallic Motors', null, 'PARTNER'],
    ['chatgpt-shopping', null, 'PARTNER'],
    [null, null, 'PARTNER'],
  ])('%s, %s is %s: the service tells more than the provider', (provider, service, expected) => {
    expect(sourceOf(provider, service)).toBe(expected)
  })
})
