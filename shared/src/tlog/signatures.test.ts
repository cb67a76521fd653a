import { createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { logKey, policyText, sample } from '../../../test/kit/sample-log.js'
import { changed, headsOf } from '../../../test/kit/tampering.js'
import { formatBundleLine, parsePolicy, verifyBundle } from '../evidence/index.js'
import { openNote, parseNote, signatureKinds, signCheckpoint, TlogError, verifierKey } from './index.js'

/** Order of the group that Ed25519 signs in (RFC 8032, section 5.1), and the prime of its field. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n
const prime = 2n ** 255n - 19n

const toNumber = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
const toBytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()

const genuine = signCheckpoint({ origin: logKey.name, size: 7, root: Buffer.alloc(32, 7) }, logKey)
const [line] = parseNote(genuine).signatures
const signature = line?.signature ?? Buffer.of()
const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]

/** The note with other bytes in the place of its signature. */
const signedWith = (bytes: Buffer, note = genuine): string => {
  const { text, signatures } = parseNote(note)
  const keyId = Buffer.from(signatures[0]?.keyId ?? '', 'hex')
  const rest = note
    .slice(text.length + 1)
    .split('\n')
    .slice(1)
    .join('\n')
  return `${text}\n— ${logKey.name} ${Buffer.concat([keyId, bytes]).toString('base64')}\n${rest}`
}

const forgeries: Readonly<Record<string, Buffer>> = {
  'an S above the order of the group': Buffer.concat([r, toBytes(toNumber(s) + order)]),
  'an S of twice the order more': Buffer.concat([r, toBytes(toNumber(s) + 2n * order)]),
  'an S with its highest bit set': Buffer.concat([r, toBytes(toNumber(s) + 2n ** 255n)]),
  'a negated S': Buffer.concat([r, toBytes(order - toNumber(s))]),
  'S of zero': Buffer.concat([r, Buffer.alloc(32)]),
  'S of one': Buffer.concat([r, toBytes(1n)]),
  'the order itself as S': Buffer.concat([r, toBytes(order)]),
  'R of zero': Buffer.concat([Buffer.alloc(32), s]),
  'the neutral point as R': Buffer.concat([toBytes(1n), s]),
  'the prime as R': Buffer.concat([toBytes(prime), s]),
  'an R above the prime': Buffer.concat([toBytes(prime + 1n), s]),
  'an R that is no point': Buffer.concat([toBytes(2n), s]),
  'R with its sign changed': Buffer.concat([toBytes(toNumber(r) ^ (2n ** 255n)), s]),
  'R and S exchanged': Buffer.concat([s, r]),
  zeros: Buffer.alloc(64),
  ones: Buffer.alloc(64, 0xff),
  'one byte too few': signature.subarray(0, 63),
  'one byte too many': Buffer.concat([signature, Buffer.of(0)]),
  'a zero in front': Buffer.concat([Buffer.of(0), signature.subarray(0, 63)]),
  'half of it': r,
  'itself twice': Buffer.concat([signature, signature]),
  'that of another text': parseNote(
    signCheckpoint({ origin: logKey.name, size: 8, root: Buffer.alloc(32, 7) }, logKey),
  ).signatures[0]?.signature as Buffer,
}

const policy = parsePolicy(policyText(1))

describe('a signature', () => {
  it('opens the note that it signs, also when it is put back', () => {
    expect(signedWith(signature)).toBe(genuine)
    expect(openNote(genuine, [logKey]).signedBy).toEqual([logKey])
  })

  it.each(Object.entries(forgeries))(
    'is refused with %s, and so is a bundle that holds it',
    (_name, bytes) => {
      expect(() => openNote(signedWith(bytes), [logKey])).toThrow(TlogError)

      const log = sample([1, 2])
      const lines = log.lines[1] ?? []
      const forged = changed(lines, headsOf(lines)[1] ?? 0, ({ checkpoint }: { checkpoint: string }) => ({
        checkpoint: signedWith(bytes, checkpoint),
      }))
      expect(verifyBundle(forged.map(formatBundleLine), policy, new Date(log.now * 1000)).verdict).not.toBe(
        'VERIFIED',
      )
    },
  )

  it('is refused with any one bit changed', () => {
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const bytes = Buffer.from(signature)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => openNote(signedWith(bytes), [logKey])).toThrow(TlogError)
      }),
      { numRuns: 512 },
    )
  })
})

describe('a key under which anybody can sign', () => {
  const neutral = toBytes(1n)
  const forgery = Buffer.concat([neutral, Buffer.alloc(32)])

  it('would open everything', () => {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), neutral])
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    for (const text of ['pay nobody', 'pay everybody'])
      expect(verify(null, Buffer.from(text), key, forgery)).toBe(true)
  })

  it.each(
    [0n, 1n, prime - 1n, prime, prime + 1n]
      .flatMap((y) => [y, y + 2n ** 255n])
      .map((y) => toBytes(y).toString('hex'))
      .concat(
        '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
        'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      ),
  )('is no key: %s', (hex) => {
    expect(() => verifierKey('log.example', signatureKinds.ed25519, Buffer.from(hex, 'hex'))).toThrow(
      TlogError,
    )
  })
})
