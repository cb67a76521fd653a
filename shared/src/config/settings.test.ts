import { gatewaySettings } from './index.js'

const { AUTORA_TRUSTED_PROXIES: proxies } = gatewaySettings.shape

describe('AUTORA_TRUSTED_PROXIES', () => {
  it('is a list of networks', () => {
    expect(proxies.parse('10.0.0.0/8, fd00::/8,')).toEqual([
      { address: '10.0.0.0', bits: 8 },
      { address: 'fd00::', bits: 8 },
    ])
    expect(proxies.parse(undefined)).toBeUndefined()
  })

  it.each(['10.0.0.1', 'proxy.example.test', '10.0.0.0/33', '10.0.0.0/8;192.0.2.0/24'])(
    'KEY-11 MUST not be guessed from %j',
    (text) => {
      expect(proxies.safeParse(text).success).toBe(false)
    },
  )
})
