'use strict'
// Checks what a reader relies on: short files and functions, named for what they are, each export explained.
// Run by `npm run lint`; prints `file:line rule message`.
const { join } = require('node:path')
const { parseSource, readSources, report, visit } = require('./sources.cjs')

const limits = { fileLines: 200, wideFileLines: 400, functionLines: 40 }
const vagueNames = /(^|[/.-])(utils?|helpers?|commons?|managers?)(?=[/.-])/
const readsEnvironment = /^(shared\/src\/config|cli|test)\/|\.test\.ts$|\.cjs$/
const isTest = (path) => path.startsWith('test/') || path.endsWith('.test.ts')
const isGenerated = (path) => /\.generated\.(ts|cjs)$|\.d\.ts$/.test(path)
const isMigration = (path) => /\/migrations\//.test(path)
const functions = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]

/** The first word of a chain: `describe` of `describe.each(rows)('…')`. */
function rootOf(node) {
  if (node?.type === 'MemberExpression') return rootOf(node.object)
  if (node?.type === 'CallExpression') return rootOf(node.callee)
  return node?.type === 'TaggedTemplateExpression' ? rootOf(node.tag) : node?.value
}

const isDescribe = (node) => node.type === 'CallExpression' && rootOf(node.callee) === 'describe'
const inner = (node) => (node?.type === 'ParenthesisExpression' ? inner(node.expression) : node)
const isEmptyBlock = (node) => node?.stmts?.length === 0

/** How many lines a function has. A migration is SQL: there the inside of template literals is not counted. */
function lengthOf(node, path, { within }) {
  const lines = within(node.span).split('\n').length
  if (!isMigration(path)) return lines
  let sql = 0
  visit(node, (child) => {
    if (child.type === 'TemplateElement') sql += within(child.span).split('\n').length - 1
  })
  return lines - sql
}

/** Whether a file is a table: it declares, and no function in it has statements. */
function isData(tree) {
  let hasStatements = false
  visit(tree, (node) => {
    const body = functions.includes(node.type) ? (node.body ?? node.function?.body) : null
    hasStatements ||= Array.isArray(body?.stmts)
  })
  return !hasStatements
}

/** Names and length of the file itself. */
function checkFile(path, text, { tree }) {
  const found = []
  const vague = vagueNames.exec(path)
  if (vague) found.push([1, 'name', `'${vague[2]}' says nothing; name the file for what it does`])
  const limit = isTest(path) || isMigration(path) || isData(tree) ? limits.wideFileLines : limits.fileLines
  const lines = text.replace(/\n$/, '').split('\n').length
  if (lines > limit) found.push([limit + 1, 'file-length', `${lines} lines, at most ${limit}`])
  return found
}

/** Length of one function. The callback of a describe is a list of tests and may be as long as the file. */
function checkFunction(path, node, parents, source) {
  if (!functions.includes(node.type) || isDescribe(parents[0] ?? node)) return []
  const lines = lengthOf(node, path, source)
  if (lines <= limits.functionLines) return []
  return [[node.span, 'function-length', `${lines} lines, at most ${limits.functionLines}`]]
}

/** Whether the text before an export ends on a JSDoc block with words in it; line comments may follow it. */
function isExplained(before) {
  const bare = before.replace(/(\n[ \t]*\/\/[^\n]*)+\s*$/, '')
  const block = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(bare)
  return block !== null && /[a-z]{2}/i.test(block[1])
}

/** The names a statement declares; what is exported by default may have none. */
function declaredBy(item) {
  const { declarations, identifier, id } = item.declaration ?? item.decl ?? item
  if (declarations) return declarations.map((one) => one.id.value ?? 'this pattern')
  const name = (identifier ?? id)?.value
  return name === undefined && !item.type.startsWith('ExportDefault') ? [] : [name ?? 'the default export']
}

/** Exports that no docstring explains. A re-export is explained where it is declared, an overload by its first. */
function checkDocstrings(tree, { before }) {
  const explained = new Set()
  const exported = []
  for (const item of tree.body) {
    const isExport = /^Export(Declaration|DefaultDeclaration|DefaultExpression)$/.test(item.type)
    for (const name of declaredBy(item)) {
      if (isExplained(before(item.span))) explained.add(name)
      if (isExport) exported.push([name, item.span])
    }
    if (item.type === 'ExportNamedDeclaration' && !item.source)
      for (const { orig, span } of item.specifiers) exported.push([orig.value, span])
  }
  return exported
    .filter(([name]) => !explained.has(name))
    .map(([name, span]) => [span, 'docstring', `no docstring explains ${name}`])
}

/** Casts that switch the compiler off. */
function checkCast(node) {
  if (node.type !== 'TsAsExpression' && node.type !== 'TsTypeAssertion') return []
  if (node.typeAnnotation.kind === 'any') return [[node.span, 'cast', 'a cast to any']]
  const from = inner(node.expression)
  const launders = from.type === 'TsAsExpression' && from.typeAnnotation.kind === 'unknown'
  return launders ? [[node.span, 'cast', 'a cast through unknown']] : []
}

/** Tests that run alone or not at all. */
function checkFocus({ type, property, object, callee, span }) {
  const isRunner = (name) => ['describe', 'it', 'test'].includes(name)
  if (
    type === 'MemberExpression' &&
    isRunner(rootOf(object)) &&
    ['only', 'skip', 'todo'].includes(property.value)
  )
    return [[span, 'focus', `.${property.value} leaves tests out`]]
  if (type === 'CallExpression' && /^(fdescribe|xdescribe|fit|xit|xtest)$/.test(callee.value))
    return [[span, 'focus', `${callee.value} leaves tests out`]]
  return []
}

/** Errors that vanish: an empty catch block, `.catch(() => {})`. */
function checkSwallow({ type, body, callee, arguments: args, span }) {
  const catches = type === 'CallExpression' && callee.property?.value === 'catch'
  const isEmpty =
    type === 'CatchClause' ? isEmptyBlock(body) : catches && isEmptyBlock(args[0]?.expression?.body)
  return isEmpty ? [[span, 'swallow', 'an error is caught and forgotten']] : []
}

/** Readings of the environment outside the configuration. */
function checkEnvironment(path, { type, object, property, source, init, span }) {
  if (readsEnvironment.test(path)) return []
  const isProcess = (node) => node?.value === 'process' || node?.property?.value === 'process'
  const name = property?.value ?? property?.expression?.value
  const reads =
    (type === 'MemberExpression' && isProcess(object) && name === 'env') ||
    (type === 'VariableDeclarator' && isProcess(init)) ||
    (type === 'ImportDeclaration' && /^(node:)?process$/.test(source.value))
  return reads ? [[span, 'environment', 'only shared/src/config reads the environment']] : []
}

/** Notes to oneself, in comments: whatever stands in literals is left out. */
function checkNotes(text, tree, { within }) {
  let comments = text
  visit(tree, (node) => {
    if (!/^(StringLiteral|TemplateElement|RegExpLiteral)$/.test(node.type)) return
    const literal = within(node.span)
    if (/TODO|FIXME|XXX/.test(literal)) comments = comments.replace(literal, literal.replace(/[^\n]/g, ' '))
  })
  return comments.split('\n').flatMap((line, index) => {
    const note = /\b(TODO|FIXME|XXX)\b/.exec(line)
    return note ? [[index + 1, 'note', `${note[1]}: do it, or open an issue`]] : []
  })
}

/** Checks one file; see the top of this page for what. Returns findings `{ file, line, rule, message }`. */
function checkSource(file, text) {
  if (isGenerated(file)) return []
  const source = parseSource(file, text)
  const found = [...checkFile(file, text, source), ...checkNotes(text, source.tree, source)]
  if (file.endsWith('.ts')) found.push(...checkDocstrings(source.tree, source))
  visit(source.tree, (node, parents) => {
    found.push(...checkFunction(file, node, parents, source), ...checkCast(node), ...checkFocus(node))
    found.push(...checkSwallow(node), ...checkEnvironment(file, node))
  })
  return found.map(([at, rule, message]) => {
    return { file, line: typeof at === 'number' ? at : source.lineAt(at), rule, message }
  })
}

/** Checks a tree: path → text. */
const checkStructure = (files) => Object.entries(files).flatMap(([path, text]) => checkSource(path, text))

if (require.main === module) {
  const files = readSources(join(__dirname, '..'))
  report('structure', Object.keys(files).length, checkStructure(files))
}

module.exports = { checkStructure, limits }
