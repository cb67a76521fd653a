import { posix } from 'node:path'

type Finding = { file: string; line: number; rule: string; message: string }
type Tree = Record<string, string>
const { checkImports, readDeclared } = require('../../scripts/check-imports.cjs') as {
  checkImports: (files: Tree, declared?: Record<string, string[]>) => Finding[]
  readDeclared: (root: string) => Record<string, string[]>
}
const { readSources } = require('../../scripts/sources.cjs') as { readSources: (root: string) => Tree }

/** A small platform in which every arrow is a listed one. */
const sound: Tree = {
  'shared/src/errors/index.ts': 'export const codes = 1',
  'shared/src/access/index.ts': "export { matrix } from './matrix.js'\nexport * from './can.js'",
  'shared/src/access/matrix.ts': "import type { Row } from './cell.js'\nexport const matrix: Row = 1",
  'shared/src/access/cell.ts': 'export type Row = number',
  'shared/src/access/can.ts': "import { rule } from 'graphql-shield'\nexport const can = rule",
  'shared/src/actor/index.ts': "import type { Row } from '../access/index.js'\nexport type Actor = Row",
  'shared/src/config/index.ts': "import { z } from 'zod'\nexport const config = z",
  'shared/src/database/index.ts': "export { DataSource } from 'typeorm'\nexport type TenantTx = 1",
  'shared/src/graphql/index.ts':
    "import { ApolloServer } from '@apollo/server'\nexport const s = ApolloServer",
  'gateway/src/index.ts': "export * from './plan/plan.js'",
  'gateway/src/plan/plan.ts': "import { codes } from '@autora/shared/errors'\nexport const plan = codes",
  'subgraphs/audit/src/index.ts': "import { chain } from './chain/index.js'\nexport default chain",
  'subgraphs/audit/src/chain/index.ts': 'export const chain = 1',
  'subgraphs/audit/migrations/index.ts': "export { First } from './0001-first.js'",
  'subgraphs/audit/migrations/0001-first.ts':
    "import type { MigrationInterface, QueryRunner } from 'typeorm'\nexport const First = 1",
  'subgraphs/identity/src/index.ts': "import * as keys from './keys/index.js'\nexport default keys",
  'subgraphs/identity/src/members/index.ts': 'export const members = 1',
  'subgraphs/identity/src/members/policy.ts': 'export const policy = 1',
  'subgraphs/identity/src/members/members.test.ts': "import { policy } from './policy.js'\nvoid policy",
  'subgraphs/identity/src/keys/index.ts': "export { resolvers } from './resolvers.js'",
  'subgraphs/identity/src/keys/resolvers.ts':
    "import { revoke } from './service.js'\nexport const resolvers = { revoke }",
  'subgraphs/identity/src/keys/service.ts':
    "import { find } from './repository.js'\nimport { members } from '../members/index.js'\nexport const revoke = [find, members]",
  'subgraphs/identity/src/keys/repository.ts':
    "import { In } from 'typeorm'\nimport type { TenantTx } from '@autora/shared/database'\nimport { Key } from './entity.js'\nexport const find = In",
  'subgraphs/identity/src/keys/entity.ts':
    "import { EntitySchema } from 'typeorm'\nexport const Key = EntitySchema",
  'cli/src/main.ts':
    "import { DataSource } from '@autora/shared/database'\nimport '@autora/audit/migrations'",
  'test/kit/index.ts': "export { find } from '../../subgraphs/identity/src/keys/repository.js'",
  'test/journeys/lead.test.ts':
    "import { find } from '../kit/index.js'\nimport { matrix } from '@autora/shared/access'",
}

const gateway = 'gateway/src/plan/plan.ts'
const keys = 'subgraphs/identity/src/keys'
const journey = 'test/journeys/lead.test.ts'
const repositoryType = "export type F = typeof import('./repository.js').find"

/** Each row: the arrow, the file that gets it, the line it is planted as, and the rule that must answer. */
const planted = [
  ['gateway → a subgraph', gateway, "import type {} from '@autora/identity'", 'layer'],
  ['gateway → a subgraph by path', gateway, "import '../../../subgraphs/identity/src/index.js'", 'door'],
  ['gateway → shared/database', gateway, "import type { TenantTx } from '@autora/shared/database'", 'layer'],
  ['gateway → typeorm', gateway, "export type T = import('typeorm').EntityManager", 'layer'],
  ['gateway → pg', gateway, "void import('pg')", 'layer'],
  ['a subgraph → another', `${keys}/service.ts`, "import '@autora/audit'", 'layer'],
  ['a subgraph → the gateway', `${keys}/policy.ts`, "import '@autora/gateway'", 'layer'],
  ["a capability → a sibling's inside", `${keys}/service.ts`, "import '../members/policy.js'", 'layer'],
  ['resolvers → repository', `${keys}/resolvers.ts`, "import type { find } from './repository.js'", 'layer'],
  ['resolvers → repository as a type', `${keys}/search-resolvers.ts`, repositoryType, 'layer'],
  ['resolvers → typeorm', `${keys}/resolvers.ts`, "import { In } from 'typeorm'", 'layer'],
  ['a helper file → repository', `${keys}/policy.ts`, "export { find } from './repository.js'", 'layer'],
  ['service → graphql', `${keys}/service.ts`, "import { parse } from 'graphql'", 'layer'],
  ['service → graphql-shield', `${keys}/service.ts`, "import { rule } from 'graphql-shield'", 'layer'],
  ['service → shared/graphql', `${keys}/service.ts`, "import '@autora/shared/graphql'", 'layer'],
  ['service → http', `${keys}/service.ts`, "import { createServer } from 'http'", 'layer'],
  ['service → typeorm', `${keys}/service.ts`, "import { In } from 'typeorm'", 'layer'],
  ['repository → service', `${keys}/repository.ts`, "import type { revoke } from './service.js'", 'layer'],
  [
    'repository → DataSource',
    `${keys}/repository.ts`,
    "import { type DataSource } from 'typeorm'",
    'data-source',
  ],
  ['repository → all of typeorm', `${keys}/repository.ts`, "import * as orm from 'typeorm'", 'data-source'],
  [
    'a migration → DataSource',
    'subgraphs/audit/migrations/index.ts',
    "import { Table } from 'typeorm'",
    'data-source',
  ],
  ['a migration → the source', 'subgraphs/audit/migrations/index.ts', "import '../src/index.js'", 'layer'],
  ['the matrix → errors', 'shared/src/access/matrix.ts', "import '../errors/index.js'", 'layer'],
  ['the matrix → a package', 'shared/src/access/classes.ts', "import 'zod'", 'layer'],
  ['errors → config', 'shared/src/errors/index.ts', "import '../config/index.js'", 'layer'],
  ['errors → Node', 'shared/src/errors/index.ts', "import 'node:crypto'", 'layer'],
  [
    'shared/config → DataSource',
    'shared/src/config/index.ts',
    "import { DataSource } from 'typeorm'",
    'layer',
  ],
  ['shared/config → graphql-shield', 'shared/src/config/index.ts', "import 'graphql-shield'", 'layer'],
  ['cli → typeorm', 'cli/src/main.ts', "import { DataSource } from 'typeorm'", 'layer'],
  ['a test → a service', journey, "import '../../subgraphs/identity/src/keys/service.js'", 'layer'],
  ['a mocked repository', journey, "jest.mock('../../subgraphs/identity/src/keys/repository.js')", 'layer'],
  ['a file of no layer', 'shared/src/stray.ts', "import './errors/index.js'", 'layer'],
  ['a door that is none', gateway, "import '@autora/shared/errors/codes'", 'unresolved'],
  ['a name without .js', gateway, "import './cost'", 'unresolved'],
  ['a computed name', gateway, 'export const load = (name: string) => require(name)', 'computed'],
  ['a ring of types', 'shared/src/access/cell.ts', "import type { matrix } from './matrix.js'", 'circular'],
  ['a file that nothing imports', 'gateway/src/plan/cost.ts', 'export const cost = 1', 'orphan'],
] as const

describe('the import check', () => {
  it('accepts the arrows that are listed', () => {
    expect(checkImports(sound)).toEqual([])
  })

  it.each(planted)('refuses %s', (_arrow, file, line, rule) => {
    const tree = { ...sound, [file]: `${sound[file] ?? ''}\n${line}` }

    const found = checkImports(tree)

    const answers = found.filter((one) => one.rule === rule && `${one.file} ${one.message}`.includes(file))
    expect(answers).not.toEqual([])
  })

  it('names the line of the import', () => {
    const tree = { ...sound, [gateway]: `// é, three bytes: …\n/*\n*/\n\nimport 'pg'\n${sound[gateway]}` }

    expect(checkImports(tree)).toEqual([
      { file: gateway, line: 5, rule: 'layer', message: 'gateway may not import npm:pg' },
    ])
  })

  it('wants each package in the package.json of its workspace', () => {
    const found = checkImports(sound, { gateway: [], shared: ['zod', 'graphql-shield', '@apollo/server'] })

    expect(found.map(({ file, rule }) => [file, rule])).toEqual([
      ['shared/src/database/index.ts', 'undeclared'],
    ])
  })

  it('finds nothing in the project itself', () => {
    const root = posix.join(__dirname, '../..')

    expect(checkImports(readSources(root), readDeclared(root))).toEqual([])
  })
})
