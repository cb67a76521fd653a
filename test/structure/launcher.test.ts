import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '../..')
const { complaint } = require('../../cli/bin/node-version.cjs') as {
  complaint: (version: string, folder: string) => string | null
}

describe('the launcher', () => {
  it.each(['v18.1.0', 'v20.18.3', 'v9.11.2'])('turns Node %s away in one line', (version) => {
    expect(complaint(version, root)).toBe(
      `AUTORA OS needs Node 20.19 or newer; this is ${version}. Install it from nodejs.org or with nvm: nvm install 22`,
    )
  })

  it.each(['v20.19.0', 'v20.20.2', 'v22.13.0', 'v24.11.0'])('accepts Node %s', (version) => {
    expect(complaint(version, root)).toBeNull()
  })

  it('asks for an installation where there is none', () => {
    expect(complaint('v22.13.0', join(root, 'docs'))).toBe('Run npm ci first.')
  })

  it.each(['autora', 'node-version'])('%s.cjs stays readable for an old Node', (name) => {
    const text = readFileSync(join(root, `cli/bin/${name}.cjs`), 'utf8')

    expect(text).not.toMatch(/=>|`[^`]*\$\{|^\s*(const|let|class) |\?\.|\?\?|\bnode:[a-z]/m)
  })
})
