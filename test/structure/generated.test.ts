import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accessPage, graphFile } from '@autora/shared/access'
import { actionsPage } from '@autora/shared/audit'
import { rules } from '../kit/supergraph.js'

const root = join(__dirname, '../..')

describe('what is generated', () => {
  it('MUST be fresh: docs/access.md', () => {
    expect(readFileSync(join(root, 'docs/access.md'), 'utf8')).toBe(accessPage(rules.fields))
  })

  it('MUST be fresh: docs/audit/actions.md', () => {
    expect(readFileSync(join(root, 'docs/audit/actions.md'), 'utf8')).toBe(actionsPage())
  })

  it('MUST be fresh: shared/src/access/graph.generated.ts', () => {
    expect(readFileSync(join(root, 'shared/src/access/graph.generated.ts'), 'utf8')).toBe(
      graphFile(rules.fields),
    )
  })

  it('MUST be fresh: gateway/supergraph.graphql', () => {
    const check = () =>
      execFileSync(process.execPath, ['scripts/compose.cjs', '--check'], { cwd: root, stdio: 'pipe' })

    expect(check).not.toThrow()
  })
})
