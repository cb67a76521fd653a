import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tamperings } from '../kit/tampering.js'

const page = readFileSync(join(__dirname, '../../docs/audit/proof.md'), 'utf8')

it('the page on proofs names every falsification that is tried, and no other', () => {
  const rows = page.slice(page.indexOf('| class |'), page.indexOf('## What is not found')).trim().split('\n')
  const named = rows.slice(2).flatMap((row) => {
    const [, group = '', names = ''] = row.split('|').map((cell) => cell.trim())
    return names.split('; ').map((name) => `${group}: ${name}`)
  })
  expect(named).toEqual(tamperings.map((one) => `${one.class}: ${one.name}`))
})
