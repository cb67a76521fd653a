import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commands, demoNetwork } from '@autora/cli'

const root = join(__dirname, '../..')
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
]
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>

describe.each(pages)('%s', (page) => {
  it('MUST link to pages that exist', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '')

    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
  })

  it('MUST name npm scripts that exist', () => {
    const named = [...read(page).matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => name ?? '')

    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })
})

describe('README.md', () => {
  it('MUST name folders that exist, and a store of the demo network', () => {
    const folders = [...read('README.md').matchAll(/^\| `([a-z/-]+)` \|/gm)].map(([, folder]) => folder ?? '')
    const stores = [...read('README.md').matchAll(/--as [a-z]+@([a-z-]+)/g)].map(([, store]) => store)

    expect(folders.length).toBeGreaterThan(5)
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([])
    expect(stores.filter((code) => !demoNetwork('S').stores.some((store) => store.code === code))).toEqual([])
  })

  it('MUST name every command', () => {
    const [, row = ''] = /^\| `cli\/` \|(.*)$/m.exec(read('README.md')) ?? []

    expect([...row.matchAll(/`([a-z]+)`/g)].map(([, name]) => name)).toEqual([
      'autora',
      ...Object.keys(commands),
    ])
  })
})
