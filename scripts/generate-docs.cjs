'use strict'
// Writes the pages that are generated from code, and the rules of the whole graph for services that know a part of it. `--check` only says whether they are stale.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { parse } = require('graphql')

const root = join(__dirname, '..')
const { accessPage, graphFile } = require(join(root, 'shared/dist/access/index.js'))
const { actionsPage } = require(join(root, 'shared/dist/audit/index.js'))
const { fieldRules } = require(join(root, 'shared/dist/schema/index.js'))

const supergraph = parse(readFileSync(join(root, 'gateway/supergraph.graphql'), 'utf8'))
const { fields } = fieldRules(supergraph)
const pages = {
  'docs/access.md': accessPage(fields),
  'docs/audit/actions.md': actionsPage(),
  'shared/src/access/graph.generated.ts': graphFile(fields),
}

let isStale = false
for (const [path, text] of Object.entries(pages)) {
  const file = join(root, path)
  let known = ''
  try {
    known = readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  if (known === text) continue
  isStale = true
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  process.stdout.write(
    `${path} ${process.argv.includes('--check') ? 'is stale: run npm run docs' : 'written'}\n`,
  )
}
if (isStale && process.argv.includes('--check')) process.exit(1)
