import fc from 'fast-check'
import { csvCell, csvColumns, csvHeader, csvRecord } from './csv.js'

/** A reader of RFC 4180 that shares nothing with the writer: one character at a time. */
function readCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (isQuoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (sign === '"') isQuoted = true
    else if (sign === ',') {
      record.push(cell)
      cell = ''
    } else if (sign === '\r' && text[at + 1] === '\n') {
      records.push([...record, cell])
      record = []
      cell = ''
      at += 1
    } else cell += sign
  }
  expect({ isQuoted, left: cell, open: record }).toEqual({ isQuoted: false, left: '', open: [] })
  return records
}

const sign = fc.oneof(
  fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    '\n',
    '"',
    ',',
    "'",
    ';',
    '|',
    ' ',
    '\u200B',
    '\uFEFF',
    '\uFF1D',
    '\uFF0B',
    '\uFF0D',
    '\uFF20',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
)
const text = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''))

it('EXP-01 MUST be read back as it was written, but for the apostrophe that disarms a cell', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(text, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      (rows) => {
        const back = readCsv(rows.map(csvRecord).join(''))
        expect(back).toHaveLength(rows.length)
        for (const [n, row] of rows.entries())
          for (const [m, value] of row.entries()) expect([value, `'${value}`]).toContain(back[n]?.[m])
        expect(back.map((row) => row.length)).toEqual(rows.map((row) => row.length))
      },
    ),
    { numRuns: 2_000 },
  )
})

it('EXP-02 MUST have no cell that a spreadsheet would calculate', () => {
  fc.assert(
    fc.property(text, (value) => {
      const [[cell = ''] = []] = readCsv(csvRecord([value]))
      const shown = cell.replace(/^[\s\u200B\uFEFF]+/u, '')
      expect('=+-@\uFF1D\uFF0B\uFF0D\uFF20'.includes(shown[0] ?? 'x')).toBe(false)
      expect('\t\r\n'.includes(cell[0] ?? 'x')).toBe(false)
    }),
    { numRuns: 5_000 },
  )
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\uFF1D1', '\u200B=1'])(
  'EXP-03 MUST disarm %j',
  (value) => expect(csvCell(value)).toBe(`"'${value}"`),
)

it('leaves plain values alone', () => {
  expect(csvCell('lead.created')).toBe('"lead.created"')
  expect(csvHeader()).toBe(`${csvColumns.map((name) => `"${name}"`).join(',')}\r\n`)
})
