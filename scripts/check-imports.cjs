'use strict'
// Checks every import of the project against layers.cjs. Run by `npm run lint`; prints `file:line rule message`.
const { isBuiltin } = require('node:module')
const { posix } = require('node:path')
const { entries, layers, typeormNames } = require('./layers.cjs')
const { parseSource, readManifest, readSources, readWorkspaces, report, visit } = require('./sources.cjs')

const mocks = ['mock', 'doMock', 'requireActual', 'requireMock', 'unstable_mockModule']
const workspaceOf = (path) => /^(subgraphs\/[^/]+|[^/]+)\//.exec(path)?.[1] ?? ''
const isTest = (path) => path.startsWith('test/') || path.endsWith('.test.ts')

/** The names an import or export statement takes; `*` for a whole module. */
function namesOf(specifiers) {
  return specifiers.map((one) => {
    if (one.type === 'ImportSpecifier') return (one.imported ?? one.local).value
    return one.type === 'ExportSpecifier' ? one.orig.value : '*'
  })
}

/** What a call loads: `require`, `require.resolve`, `import()` and jest's mocks. Null when it loads nothing. */
function loadedBy({ callee, arguments: args }) {
  const { object, property } = callee
  const loads =
    callee.type === 'Import' ||
    callee.value === 'require' ||
    (object?.value === 'require' && property.value === 'resolve') ||
    (object?.value === 'jest' && mocks.includes(property.value))
  if (!loads) return null
  const first = args[0]?.expression
  if (first?.type === 'StringLiteral') return { spec: first.value, names: ['*'] }
  const isPlain = first?.type === 'TemplateLiteral' && first.expressions.length === 0
  return { spec: isPlain ? first.quasis[0].cooked : null, names: ['*'] }
}

/** What a node imports, or null: statements, `import x = require()`, types written `import('x').T`, calls. */
function importedBy(node) {
  switch (node.type) {
    case 'ImportDeclaration':
      return { spec: node.source.value, names: namesOf(node.specifiers) }
    case 'ExportNamedDeclaration':
      return node.source ? { spec: node.source.value, names: namesOf(node.specifiers) } : null
    case 'ExportAllDeclaration':
      return { spec: node.source.value, names: ['*'] }
    case 'TsExternalModuleReference':
      return { spec: node.expression.value, names: ['*'] }
    case 'TsImportType':
      return { spec: node.argument.value, names: ['*'] }
    case 'CallExpression':
      return loadedBy(node)
    default:
      return null
  }
}

/** A module name as a target: a file, `npm:<package>` or `node:<part>`. Null when it leads nowhere. */
function resolve(file, spec, files) {
  if (spec.startsWith('.')) {
    const path = posix.join(posix.dirname(file), spec)
    const source = path.replace(/\.js$/, '.ts')
    return source in files || /\.(json|graphql)$/.test(source) ? source : null
  }
  const [scope, workspace, folder, ...deeper] = spec.split('/')
  if (scope === '@autora') {
    const home = ['identity', 'dealer-ops', 'audit'].includes(workspace)
      ? `subgraphs/${workspace}`
      : workspace
    const inside = workspace === 'shared' ? `src/${folder}` : (folder ?? 'src')
    const path = `${home}/${inside}/index.ts`
    return deeper.length === 0 && path in files ? path : null
  }
  if (isBuiltin(spec)) return `node:${spec.replace(/^node:/, '')}`
  return `npm:${scope.startsWith('@') ? `${scope}/${workspace}` : scope}`
}

/** The findings of one arrow: where it may not lead, what it may not take. */
function judge({ file, spec, names, target }, declared) {
  if (spec === null) return [['computed', 'imports a name that is computed, so nothing can check it']]
  if (target === null)
    return [['unresolved', `no source file answers to '${spec}' (relative names end in .js)`]]
  const found = []
  const layer = layers.find(({ files }) => files.test(file))
  if (!layer?.may(layer.files.exec(file)).some((pattern) => pattern.test(target)))
    found.push(['layer', `${layer?.name ?? 'a file outside every layer'} may not import ${target}`])
  const crosses = spec.startsWith('.') && workspaceOf(target) !== workspaceOf(file)
  if (crosses && !isTest(file)) found.push(['door', `reaches into another workspace by path: ${spec}`])
  if (target === 'npm:typeorm') {
    const { names: permitted } = typeormNames.find(({ files }) => files.test(file))
    for (const name of names.filter((one) => !permitted.test(one)))
      found.push([
        'data-source',
        `may not take ${name} from typeorm; shared/database alone opens connections`,
      ])
  }
  const home = declared[workspaceOf(file)]
  const known = isTest(file) ? [...(home ?? []), ...(declared[''] ?? [])] : home
  if (target.startsWith('npm:') && known && !known.includes(target.slice(4)))
    found.push(['undeclared', `${target.slice(4)} is not in the package.json of ${workspaceOf(file)}`])
  return found
}

/** One finding for each ring of files that import each other, told as the path round it. */
function findCycles(arrows) {
  const findings = []
  const state = new Map()
  const enter = (file, trail) => {
    state.set(file, 'open')
    for (const { target, line } of arrows.get(file) ?? []) {
      if (state.get(target) === 'open') {
        const ring = [...trail.slice(trail.indexOf(target)), target]
        findings.push({ file, line, rule: 'circular', message: ring.join(' → ') })
      } else if (!state.has(target)) enter(target, [...trail, target])
    }
    state.set(file, 'done')
  }
  for (const file of [...arrows.keys()].sort()) if (!state.has(file)) enter(file, [file])
  return findings
}

/** Files that no door, program or test leads to. */
function findOrphans(arrows) {
  const reached = new Set()
  const enter = (file) => {
    if (reached.has(file)) return
    reached.add(file)
    for (const { target } of arrows.get(file) ?? []) enter(target)
  }
  const files = [...arrows.keys()]
  for (const file of files.filter((path) => entries.some((entry) => entry.test(path)))) enter(file)
  return files
    .filter((file) => !reached.has(file))
    .map((file) => ({ file, line: 1, rule: 'orphan', message: 'nothing imports this file' }))
}

/**
 * Checks the imports of a tree.
 *
 * @param files - path → text; only .ts files are read.
 * @param declared - workspace → the packages its package.json names, `''` for the root. A workspace that is
 *   absent is not checked for undeclared packages.
 * @returns findings `{ file, line, rule, message }`.
 */
function checkImports(files, declared = {}) {
  const findings = []
  const arrows = new Map()
  for (const file of Object.keys(files).filter((path) => path.endsWith('.ts'))) {
    const { tree, lineAt } = parseSource(file, files[file])
    const own = []
    visit(tree, (node) => {
      const imported = importedBy(node)
      if (!imported) return
      const line = lineAt(node.span)
      const target = imported.spec === null ? null : resolve(file, imported.spec, files)
      if (target?.endsWith('.ts')) own.push({ target, line })
      for (const [rule, message] of judge({ ...imported, file, target }, declared))
        findings.push({ file, line, rule, message })
    })
    arrows.set(file, own)
  }
  return [...findings, ...findCycles(arrows), ...findOrphans(arrows)]
}

/** Workspace → the packages its package.json names. */
function readDeclared(root) {
  return Object.fromEntries(
    ['', ...readWorkspaces(root)].map((folder) => {
      const { dependencies, devDependencies } = readManifest(root, folder)
      return [folder, Object.keys({ ...dependencies, ...devDependencies })]
    }),
  )
}

if (require.main === module) {
  const root = posix.join(__dirname.replaceAll('\\', '/'), '..')
  const files = readSources(root)
  report('imports', Object.keys(files).length, checkImports(files, readDeclared(root)))
}

module.exports = { checkImports, readDeclared }
