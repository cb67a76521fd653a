'use strict'
// Puts the verifier into one file without dependencies: what an auditor gets beside a bundle. It holds the compiled
// modules of shared/tlog and shared/evidence as they are, comments left out, behind a loader of a few lines.
const { readFileSync, writeFileSync } = require('node:fs')
const { dirname, join, relative, resolve } = require('node:path')

const root = join(__dirname, '..')
const dist = join(root, 'shared/dist')
const target = process.argv[2] ?? join(root, 'shared/dist/evidence/verify.cjs')
const entry = 'evidence/program.js'

const widest = 150
/** Members in one line, where they fit into one. */
const joined = (block, members) => {
  const line = `{ ${members.trim().replace(/,$/, '').replace(/\n\s+/g, ' ')} }`
  return line.length <= widest ? line : block
}
const listed = (block, members) => {
  const line = `[${members.trim().replace(/,$/, '').replace(/\n\s+/g, ' ')}]`
  return line.length <= widest ? line : block
}

/** Compiled code without comments, source map and empty lines; strings are left alone. */
const stripped = (code) =>
  code
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm, '')
    .replace(/^[ \t]*\/\/.*\n/gm, '')
    .replace(/^\/\/# sourceMappingURL.*$/m, '')
    .replace(/^"use strict";\n/m, '')
    .replace(/^Object\.defineProperty\(exports, "__esModule".*\n/m, '')

    // a field that is only declared, and a condition with one deed, need no lines of their own
    .replace(/^ {4}[a-zA-Z]+;\n/gm, '')
    .replace(/^(\s*(?:if|else if|for|while) \(.*\))\n\s+(?=\S.*;$)/gm, '$1 ')
    .replace(/^(\s*else)\n\s+(?=\S.*;$)/gm, '$1 ')
    .replace(/;\nexports\./g, '; exports.')
    .replace(/\{\n\s*\}/g, '{}')
    // neither does a block of one statement
    .replace(/\{\n\s+([^\n{}]{1,130};)\n\s*\}(?=\n)/g, '{ $1 }')
    .replace(/\}\n\s+(?=catch|finally|else)/g, '} ')
    // nor do the members of a short object, and the steps of a chain
    .replace(/\{\n((?:\s+(?:\.\.\.)?\w+(?:: [^\n{}`]+)?,?\n){2,12})\s*\}/g, joined)
    .replace(/\n\s+(\.[a-z]\w*\()/g, '$1')
    .replace(/\n\s+(?=(?:\? |: |\|\| |&& )[^\n]*)/g, ' ')
    .replace(/(\|\||&&)\n\s+/g, '$1 ')
    .replace(/\[\n((?:\s+[^\n]+,\n){2,6})\s*\]/g, listed)
    .trim()

const modules = new Map()
function add(name) {
  if (modules.has(name)) return
  const code = stripped(readFileSync(join(dist, name), 'utf8'))
  modules.set(name, '')
  const own = code.replace(/require\("(\.[^"]+)"\)/g, (_all, path) => {
    const found = relative(dist, resolve(join(dist, dirname(name)), path))
    add(found)
    return `load("${found}")`
  })
  modules.set(name, own.replace(/;\n(const \w+ = (?:load|require)\()/g, '; $1'))
}
add(entry)

const text = [
  '#!/usr/bin/env node',
  '// AUTORA OS evidence verifier. Node 20 or newer; needs nothing else. Run it with --help.',
  "'use strict'",
  'const modules = {',
  ...[...modules].map(([name, code]) => `"${name}": (exports, load) => {\n${code} },`),
  '}',
  'const loaded = {}',
  'const load = (name) => loaded[name] ?? (modules[name]((loaded[name] = {}), load), loaded[name])',
  `process.exitCode = load("${entry}").verifyProgram(process.argv.slice(2), (line) => console.log(line), new Date())`,
  '',
].join('\n')
writeFileSync(target, text, { mode: 0o755 })
