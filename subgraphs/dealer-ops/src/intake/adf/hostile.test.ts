import { type AdfReading, adfLimits, readAdf } from './index.js'

const read = (raw: Buffer | string): AdfReading =>
  readAdf(typeof raw === 'string' ? Buffer.from(raw) : raw, { defaultCountry: 'ZA' })
const document = (comment: string, more = ''): string =>
  `<adf><prospect><customer><contact><email>a@b.co</email></contact><comments>${comment}</comments></customer>${more}</prospect></adf>`
const commentOf = (reading: AdfReading): string | null | undefined => reading.prospects[0]?.comments

const bomb = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
const utf16 = (order: 'le' | 'be', mark: string): Buffer => {
  const little = Buffer.from(mark + document('x'), 'utf16le')
  return order === 'le' ? little : little.swap16()
}

describe('hostile bodies are set aside', () => {
  it.each<[string, Buffer | string, string]>([
    ['a DOCTYPE', `<!DOCTYPE adf>${document('x')}`, 'DOCTYPE'],
    [
      'a DOCTYPE after junk and in small letters',
      `junk <!-- --><!doctype adf SYSTEM "x.dtd">${document('x')}`,
      'DOCTYPE',
    ],
    ['nested entities', bomb + document('&b;&b;'), 'DOCTYPE'],
    [
      'one entity used 50,000 times',
      `<!DOCTYPE a [<!ENTITY a "${'h'.repeat(10_000)}">]>${document('&a;'.repeat(50_000))}`,
      'DOCTYPE',
    ],
    [
      'an external entity',
      `<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>${document('&a;')}`,
      'DOCTYPE',
    ],
    [
      'an external parameter entity',
      `<!DOCTYPE a [<!ENTITY % a SYSTEM "http://x.example/a">%a;]>${document('x')}`,
      'DOCTYPE',
    ],
    ['20,000 nested tags', '<a>'.repeat(20_000) + '</a>'.repeat(20_000), 'NOT_WELL_FORMED'],
    ['a tag __proto__', document('x', '<__proto__>1</__proto__>'), 'NOT_WELL_FORMED'],
    ['an attribute __proto__', document('x', '<id __proto__="1">1</id>'), 'NOT_WELL_FORMED'],
    ['1,000,000 numeric references', document('&#65;'.repeat(1_000_000)), 'TOO_LARGE'],
    [
      'numeric references over budget',
      document('&#65;'.repeat(adfLimits.entityReferences + 1)),
      'ENTITY_BUDGET',
    ],
    ['one byte too many', document('x').padEnd(adfLimits.bodyBytes + 1), 'TOO_LARGE'],
    ['NUL', document('a\0b'), 'INVALID_CHARACTER'],
    ['a reference to NUL', document('a&#0;b'), 'INVALID_CHARACTER'],
    ['a reference to NUL in an attribute', document('x', '<id source="&#x0;">1</id>'), 'INVALID_CHARACTER'],
    ['a reference to half a character', document('&#xD83D;'), 'INVALID_CHARACTER'],
    ['a reference beyond Unicode', document('&#x110000;'), 'INVALID_CHARACTER'],
    ['a reference of 100 digits', document(`&#${'9'.repeat(100)};`), 'INVALID_CHARACTER'],
    ['a control character', document('\u0008'), 'INVALID_CHARACTER'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('<adf>'), Buffer.from([0xc3, 0x28]), Buffer.from('</adf>')]),
      'INVALID_UTF8',
    ],
    [
      'overlong UTF-8',
      Buffer.concat([Buffer.from('<adf>'), Buffer.from([0xc0, 0x80]), Buffer.from('</adf>')]),
      'INVALID_UTF8',
    ],
    ['UTF-16 with mark', utf16('le', '\ufeff'), 'UNSUPPORTED_ENCODING'],
    ['UTF-16 with mark, big end first', utf16('be', '\ufeff'), 'UNSUPPORTED_ENCODING'],
    ['UTF-16 without mark', utf16('le', ''), 'UNSUPPORTED_ENCODING'],
    ['UTF-16 without mark, big end first', utf16('be', ''), 'UNSUPPORTED_ENCODING'],
    [
      'a declared encoding',
      `<?xml version="1.0" encoding="windows-1252"?>${document('x')}`,
      'UNSUPPORTED_ENCODING',
    ],
    [
      'Latin letters under that encoding',
      Buffer.from(`<?xml version='1.0' encoding='ISO-8859-1'?>${document('\u00e9')}`, 'latin1'),
      'UNSUPPORTED_ENCODING',
    ],
    ['nothing', '', 'EMPTY'],
    ['white space', ' \r\n\t', 'EMPTY'],
    ['plain text', 'please call me', 'NOT_WELL_FORMED'],
    ['JSON', '{"lead":"<adf>"}', 'NOT_WELL_FORMED'],
    ['HTML', '<html><body>Hello<br></body></html>', 'NOT_WELL_FORMED'],
    ['mismatched tags', '<adf><prospect></adf></prospect>', 'NOT_WELL_FORMED'],
  ])('%s', (_name, raw, code) => {
    const reading = read(raw)

    expect(reading).toMatchObject({ outcome: 'QUARANTINE', quarantine: { code }, prospects: [] })
    expect(reading.quarantine?.message).toMatch(/^The .+\.$/)
  })

  it('leaves the prototype of objects alone', () => {
    read(document('x', '<__proto__><polluted>1</polluted></__proto__>'))

    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('odd bodies are read', () => {
  it.each([
    ['=HYPERLINK("http://x.example")', '=HYPERLINK("http://x.example")'],
    ['+cmd|calc', '+cmd|calc'],
    ['\u202Eabc مرحبا 👨‍👩‍👧 \uFEFF', '\u202Eabc مرحبا 👨‍👩‍👧 \uFEFF'],
    ['Smith & Sons &nbsp; R&D &#233; &#x1F600;', 'Smith & Sons &nbsp; R&D é 😀'],
    ['&amp;lt;', '&lt;'],
    ['&lt;script>', '<script>'],
    ['<![CDATA[&lt; ]]>&lt;', '&lt; <'],
  ])('%s is kept', (written, kept) => {
    expect(commentOf(read(document(written)))).toBe(kept)
  })

  it.each<[string, Buffer | string, string[]]>([
    ['a byte order mark', Buffer.from(`\ufeff${document('x')}`), []],
    [
      'words around the document',
      `Dear dealer,\n${document('x')}\n-- \nsent by mail`,
      ['LEADING_TEXT_DROPPED', 'TRAILING_TEXT_DROPPED'],
    ],
    ['a SOAP envelope', `<s:Envelope xmlns:s="x"><s:Body>${document('x')}</s:Body></s:Envelope>`, []],
    ['a lone quote in an instruction', `<?xml version="1.0"?><?adf it's?>${document('x')}`, []],
    ['an unescaped ampersand', document('x', '<id source="A&B">1</id>'), ['UNESCAPED_AMPERSAND']],
    ['an unknown entity', document('x', '<id source="&eacute;">1</id>'), ['UNKNOWN_ENTITY']],
  ])('with %s', (_name, raw, expected) => {
    const reading = read(raw)

    expect(commentOf(reading)).toBe('x')
    expect(reading.diagnostics.map((found) => found.code)).toEqual(expect.arrayContaining(expected))
  })

  it('a wrapping is opened to a depth, and no deeper', () => {
    const wrapped = (depth: number): string => '<div>'.repeat(depth) + document('x') + '</div>'.repeat(depth)

    expect(read(wrapped(adfLimits.nesting - 10)).outcome).toBe('READ')
    expect(read(wrapped(adfLimits.nesting)).quarantine?.code).toBe('NOT_WELL_FORMED')
  })

  it('texts beyond 8 kB are cut at a whole character', () => {
    const kept = commentOf(read(document('😀'.repeat(5000)))) ?? ''

    expect(Buffer.byteLength(kept)).toBe(adfLimits.textBytes)
    expect(kept).toBe('😀'.repeat(adfLimits.textBytes / 4))
    expect(Buffer.byteLength(commentOf(read(document(`x${'😀'.repeat(5000)}`))) ?? '')).toBe(
      adfLimits.textBytes - 3,
    )
  })

  it('diagnostics and unknown fields are bounded', () => {
    const reading = read(
      document(
        'x',
        '<vehicle interest="x"/>'.repeat(2000) +
          Array.from({ length: 500 }, (_, n) => `<${'y'.repeat((n % 31) + 1)}/>`).join(''),
      ),
    )

    expect(reading.diagnostics).toHaveLength(adfLimits.diagnostics + 1)
    expect(reading.diagnostics.at(-1)?.code).toBe('DIAGNOSTICS_CUT')
    expect(reading.prospects[0]?.unknownFields.length).toBeLessThanOrEqual(adfLimits.unknownFields)
  })
})
