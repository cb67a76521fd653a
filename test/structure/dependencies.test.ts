import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Manifest = {
  version: string
  license?: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}
type Lock = { packages: Record<string, { resolved?: string; link?: boolean; license?: string }> }
type Row = readonly [name: string, version: string, licence: string, why: string]

const { readManifest, readWorkspaces } = require('../../scripts/sources.cjs') as {
  readManifest: (root: string, folder: string) => Manifest
  readWorkspaces: (root: string) => string[]
}
const root = join(__dirname, '../..')
const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))

/** Each manifest's direct dependencies, one entry for each place that names one; own workspaces left out. */
const named = ['.', ...readWorkspaces(root)].flatMap((folder) => {
  const { dependencies, devDependencies } = readManifest(root, folder)
  return Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => {
    return { folder, name, version }
  })
})
const foreign = named.filter(({ name }) => !name.startsWith('@autora/'))
const names = [...new Set(foreign.map(({ name }) => name))].sort()

/** The rows of the two tables that list packages with version, licence and reason. */
const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6 && /^[@a-z]/.test(cells[1] ?? '') && cells[1] !== 'package')
  .map(([, name = '', version = '', licence = '', why = '']): Row => [name, version, licence, why])

/** The manifest of a package as the workspace that names it finds it: its own copy, or the root's. */
function installed(name: string): Manifest {
  const { folder } = named.find((one) => one.name === name) ?? { folder: '.' }
  const own = `${folder}/node_modules/${name}`
  return readManifest(root, existsSync(join(root, own)) ? own : `node_modules/${name}`)
}

const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10))

/** Whether `version` is `floor` or newer; suffixes such as `-beta.1` are not compared. */
function reaches(version: string, floor: string): boolean {
  const wanted = numbers(floor)
  const first = numbers(version).findIndex((part, index) => part !== wanted[index])
  return first < 0 || (numbers(version)[first] ?? 0) > (wanted[first] ?? 0)
}

describe('the dependencies', () => {
  it('are pinned to one exact version each', () => {
    const loose = named.filter(({ version }) => !/^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/.test(version))
    const twice = names.filter((name) => {
      return new Set(foreign.filter((one) => one.name === name).map(({ version }) => version)).size > 1
    })

    expect(loose).toEqual([])
    expect(twice).toEqual([])
  })

  it('stand in docs/dependencies.md, and nothing else does', () => {
    expect(rows.map(([name]) => name).sort()).toEqual(names)
  })

  it.each(names)('%s has its version, licence and reason in docs/dependencies.md', (name) => {
    const { version, license } = installed(name)

    const [, listedVersion, listedLicence, why] = rows.find(([listed]) => listed === name) ?? []

    expect(foreign.find((one) => one.name === name)?.version).toBe(version)
    expect({ listedVersion, listedLicence }).toEqual({ listedVersion: version, listedLicence: license })
    expect(why).toMatch(/\w+ \w+/)
  })

  it.each([
    ['@apollo/gateway', '2.13.2'],
    ['@apollo/server', '5.5.0'],
    ['graphql', '16.15.0'],
  ])('%s is not older than %s, which closes known advisories', (name, floor) => {
    const { version } = installed(name)

    expect(reaches(version, floor)).toBe(true)
    expect(page).toContain(`| ${name} | ${floor} |`)
  })

  it('composition and subgraph equal the gateway, and there is one graphql', () => {
    const version = (name: string) => installed(name).version
    const copies = Object.keys(lock.packages).filter((path) => /(^|\/)node_modules\/graphql$/.test(path))

    expect(version('@apollo/composition')).toBe(version('@apollo/gateway'))
    expect(version('@apollo/subgraph')).toBe(version('@apollo/gateway'))
    expect(copies).toEqual(['node_modules/graphql'])
  })

  it('name no host in the lock file', () => {
    const hosts = Object.entries(lock.packages).filter(([, { resolved }]) => resolved?.includes('://'))

    expect(hosts).toEqual([])
  })

  it('under the Elastic License are the ones the page tells of', () => {
    const elastic = Object.entries(lock.packages).filter(([, { license }]) => license?.startsWith('Elastic'))
    const section = /## The Elastic License 2\.0\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ''
    const told = [...section.matchAll(/^\| (@\S+) \|/gm)].map(([, name]) => name)

    expect(told.sort()).toEqual(elastic.map(([path]) => path.replace(/^.*node_modules\//, '')).sort())
  })

  it('keep the licence files that their terms ask for', () => {
    const files = ['LICENSE', 'NOTICE'].filter((name) => !existsSync(join(root, name)))

    expect(files).toEqual([])
  })
})
