import { createHmac, randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { base62OfUint32, randomBase62 } from './base62.js'
import { API_KEY_PATTERN, apiKeyPrefix, formatApiKey, keyMac, newApiKeySecret, parseApiKey } from './index.js'

const id = '0b9d1c9e-3f52-4a6b-8a43-6a1f5a2f7c11'
const secret = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6'

describe('crc32', () => {
  it.each([
    ['', 0],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of %j is the published value', (text, value) => {
    expect(crc32(text)).toBe(value)
  })
})

describe('base62', () => {
  it.each([
    [0, '000000'],
    [61, '00000z'],
    [62, '000010'],
    [0xffffffff, '4gfFC3'],
  ])('writes %d as %s', (value, text) => {
    expect(base62OfUint32(value)).toBe(text)
  })

  it('draws again instead of favouring some characters', () => {
    const draws = [Buffer.from([248, 255, 61]), Buffer.from([252, 0]), Buffer.from([1])]

    expect(randomBase62(3, () => draws.shift() ?? Buffer.from([2]))).toBe('z01')
    expect(draws).toEqual([])
  })
})

describe('the text of an API key', () => {
  it('has the documented form', () => {
    expect(formatApiKey({ id, secret })).toMatch(
      /^autora_live_0b9d1c9e3f524a6b8a436a1f5a2f7c11_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6[0-9A-Za-z]{6}$/,
    )
    expect(formatApiKey({ id, secret }).startsWith(apiKeyPrefix(id))).toBe(true)
  })

  it('comes apart into what it was made of', () => {
    for (let i = 0; i < 200; i++) {
      const parts = { id: randomUUID(), secret: newApiKeySecret() }
      expect(parseApiKey(formatApiKey(parts))).toEqual(parts)
    }
  })

  it('is refused when any one character differs', () => {
    const text = formatApiKey({ id, secret })
    const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. ']

    for (let at = 0; at < text.length; at++)
      for (const letter of letters.filter((one) => one !== text[at]))
        expect(parseApiKey(text.slice(0, at) + letter + text.slice(at + 1))).toBeNull()
  })

  it.each(['', 'autora_live_', `${formatApiKey({ id, secret })}\n`, ` ${formatApiKey({ id, secret })}`])(
    'is refused when it reads %j',
    (text) => {
      expect(parseApiKey(text)).toBeNull()
    },
  )

  it('is refused, never a fault, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => parseApiKey(text) === null),
    )
  })

  it('has a secret that does not repeat', () => {
    expect(new Set(Array.from({ length: 1000 }, newApiKeySecret)).size).toBe(1000)
  })
})

describe('keyMac', () => {
  it('is HMAC-SHA-256 of the secret under the pepper', () => {
    const pepper = Buffer.alloc(32, 3)

    expect(keyMac(pepper, secret)).toEqual(createHmac('sha256', pepper).update(secret).digest())
    expect(keyMac(Buffer.alloc(32, 4), secret)).not.toEqual(keyMac(pepper, secret))
  })
})

describe('the public pattern', () => {
  it('KEY-01 MUST find every one of 1000 keys in noise, and nothing beside them that is a key', () => {
    const keys = Array.from({ length: 1000 }, () =>
      formatApiKey({ id: randomUUID(), secret: newApiKeySecret() }),
    )
    const almost = keys.map((key) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)
    const text = keys
      .map((key, n) => `${randomBase62(40)}"${key}" ${almost[n]}\n${randomBase62(9)}`)
      .join(randomBase62(7))

    const found = text.match(new RegExp(API_KEY_PATTERN, 'g')) ?? []

    expect(found).toHaveLength(2000)
    expect(found.filter((one) => parseApiKey(one) !== null)).toEqual(keys)
  })
})
