'use strict'
// The source tree as the structure checks see it: paths, text and syntax trees.
const { existsSync, readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const swc = require('@swc/core')

const roots = ['cli', 'gateway', 'scripts', 'shared', 'subgraphs', 'test']
const skipped = /(^|\/)(dist|node_modules|coverage|\.turbo|\.autora)$|^test\/fixtures$/

/** Every .ts and .cjs file of the project: path from the root, with `/` → text. */
function readSources(root) {
  const files = {}
  const enter = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const child = `${path}/${entry.name}`
      if (entry.isDirectory() && !skipped.test(child)) enter(child)
      if (entry.isFile() && /\.(ts|cjs)$/.test(child)) files[child] = readFileSync(join(root, child), 'utf8')
    }
  }
  for (const path of roots) if (existsSync(join(root, path))) enter(path)
  return files
}

/** The folders that hold a package.json, without the root: `gateway`, `subgraphs/audit` … */
function readWorkspaces(root) {
  const { workspaces } = readManifest(root, '.')
  return workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const folder = pattern.slice(0, -2)
    return readdirSync(join(root, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => existsSync(join(root, path, 'package.json')))
  })
}

/** The package.json of a folder. */
function readManifest(root, folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}

/**
 * The syntax tree of one file, and the means to get from a node back to the text. Spans of swc count bytes
 * from 1.
 *
 * @throws {Error} naming the file, when it does not parse.
 */
function parseSource(path, text) {
  const bytes = Buffer.from(text)
  const syntax = path.endsWith('.ts') ? 'typescript' : 'ecmascript'
  try {
    const tree = swc.parseSync(text, { syntax, target: 'es2022' })
    const lineAt = (span) =>
      bytes
        .subarray(0, span.start - 1)
        .toString()
        .split('\n').length
    return {
      tree,
      lineAt,
      before: (span) => bytes.subarray(0, span.start - 1).toString(),
      within: (span) => bytes.subarray(span.start - 1, span.end - 1).toString(),
    }
  } catch (cause) {
    throw new Error(`${path} does not parse`, { cause })
  }
}

/** Calls `enter(node, parents)` for each node of the tree, outermost first; `parents[0]` is the nearest. */
function visit(node, enter, parents = []) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, enter, parents)
  } else if (node !== null && typeof node === 'object') {
    const isNode = typeof node.type === 'string'
    if (isNode) enter(node, parents)
    const chain = isNode ? [node, ...parents] : parents
    for (const child of Object.values(node)) visit(child, enter, chain)
  }
}

/** Prints the findings as `file:line rule message` and sets the exit code. */
function report(name, fileCount, findings) {
  const sorted = [...findings].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
  for (const { file, line, rule, message } of sorted) console.error(`${file}:${line} ${rule} ${message}`)
  console.log(`${name}: ${fileCount} files, ${findings.length} findings`)
  if (findings.length > 0) process.exitCode = 1
}

module.exports = { readSources, readWorkspaces, readManifest, parseSource, visit, report }
