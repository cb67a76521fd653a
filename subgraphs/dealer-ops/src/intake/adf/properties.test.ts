import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { decodeEntities, entityLedger, isXmlText } from './entities.js'
import { type AdfReading, adfLimits, readAdf } from './index.js'

const folder = join(__dirname, '../../../../../test/fixtures/adf')
const files = readdirSync(folder).filter((file) => file.endsWith('.xml'))
const samples = files.map((file) => readFileSync(join(folder, file)))
const read = (raw: Buffer | string): AdfReading =>
  readAdf(typeof raw === 'string' ? Buffer.from(raw) : raw, { defaultCountry: 'ZA' })

describe('whatever arrives', () => {
  const marks = [
    '<',
    '>',
    '&',
    '"',
    '/>',
    '</adf>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?',
    '<vehicle>',
    '&#x0;',
  ]
  const edit = (insert: fc.Arbitrary<string>) => fc.record({ at: fc.nat(), remove: fc.nat(40), insert })
  const applied = (
    text: string,
    { at, remove, insert }: { at: number; remove: number; insert: string },
  ): string => {
    const start = at % (text.length + 1)
    return text.slice(0, start) + insert + text.slice(start + remove)
  }
  const rough = edit(fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(...marks)))
  const gentle = edit(fc.string({ maxLength: 8 })).map((one) => ({ ...one, remove: one.remove % 3 }))

  const finished = (reading: AdfReading): void => {
    expect(reading.quarantine === null).toBe(reading.outcome === 'READ')
    expect(reading.quarantine?.code).not.toBe('READER_FAILED')
    if (reading.outcome === 'READ') expect(reading.prospects.length).toBeGreaterThan(0)
  }

  it('bytes never make the reader throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => finished(read(Buffer.from(bytes)))),
      { numRuns: 2000 },
    )
  })

  it('mutated samples never make the reader throw', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...samples), fc.array(rough, { minLength: 1, maxLength: 6 }))
      .map(([sample, edits]) => edits.reduce(applied, sample.toString()))
    fc.assert(
      fc.property(mutated, (text) => finished(read(text))),
      { numRuns: 2000 },
    )
  })

  it('what a strict parser accepts is not called malformed', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...samples), gentle)
      .map(([sample, one]) => applied(sample.toString(), one))
    let accepted = 0
    fc.assert(
      fc.property(mutated, (text) => {
        // The parser reads an instruction inside the document like a tag, so a lone quote in it is not accepted.
        if (!isWellFormed(text) || text.slice(text.search(/<[a-z]/i)).includes('<?')) return
        accepted += 1
        expect(read(text).quarantine?.code).not.toBe('NOT_WELL_FORMED')
      }),
      { numRuns: 2000 },
    )
    expect(accepted).toBeGreaterThan(200)
  })

  it('a sample that was cut off anywhere is never read as a whole one', () => {
    for (const sample of samples) {
      const end = sample.lastIndexOf('>')
      for (let length = 0; length <= end; length += 1) {
        const { outcome } = read(sample.subarray(0, length))
        if (outcome === 'READ') throw new Error(`read after ${length} of ${end} bytes`)
      }
    }
  })

  it.each([
    '<',
    '<a ',
    '<a x="',
    '<!--',
    '<![CDATA[',
    '<?',
    '<b/>',
    '<b>x</b>',
    '&',
    '&#',
    '"',
    ' ',
    '<a b=\'"',
    ']]>',
  ])('a full body of %s is read to its end', (unit) => {
    for (const body of [unit, `<adf><prospect>${unit}`])
      finished(read(`${body}${unit.repeat((adfLimits.bodyBytes - 200) / unit.length)}</prospect></adf>`))
  })

  it('decoding gives back what was encoded, named or numeric', () => {
    const names = new Map([
      ['&', '&amp;'],
      ['<', '&lt;'],
      ['>', '&gt;'],
      ['"', '&quot;'],
      ["'", '&apos;'],
    ])
    const forms = [
      (c: string) => `&#${c.codePointAt(0)};`,
      (c: string) => `&#x${c.codePointAt(0)?.toString(16)};`,
      (c: string) => names.get(c) ?? c,
    ]
    const text = fc.string({ unit: 'binary' }).filter(isXmlText)
    fc.assert(
      fc.property(text, fc.infiniteStream(fc.constantFrom(...forms)), (plain, choice) => {
        const encoded = [...plain].map((c) => choice.next().value?.(c)).join('')
        expect(decodeEntities(encoded, entityLedger())).toBe(plain)
      }),
    )
  })
})

function isWellFormed(text: string): boolean {
  try {
    new SaxesParser().write(text).close()
    return true
  } catch {
    return false
  }
}
