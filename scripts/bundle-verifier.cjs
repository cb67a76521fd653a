'use strict'
// Puts the verifier into one file without dependencies: what an auditor gets beside a bundle. It holds the compiled
// modules of shared/tlog and shared/evidence as they are, comments left out, behind a loader of a few lines.
const { readFileSync, writeFileSync } = require('node:fs')
const { dirname, join, relative, resolve } = require('node:path')

const root = join(__dirname, '..')
const dist = join(root, 'shared/dist')
const target = process.argv[2] ?? join(root, 'shared/dist/evidence/verify.cjs')
const entry = 'evidence/program.js'

const joined = (all, open, items, close) => {
  const line = `${open} ${items.trim().replace(/,$/, '').replace(/\n\s*/g, ' ')} ${close}`
  return line.length <= 170 ? line : all
}

const shortBlock = /^( *\S.*\{)\n +([^\n`]+;)\n *(\}[;,)]*)$/gm
const joinedBlock = (all, ...[open, deed, close]) =>
  `${open} ${deed} ${close}`.length <= 170 ? `${open} ${deed} ${close}` : all

/** Compiled code without comments, source map and empty lines; strings are left alone. */
const stripped = (code) =>
  code
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm, '')
    .replace(/^[ \t]*\/\/.*\n/gm, '')
    .replace(/^\/\/# sourceMappingURL.*$/m, '')
    .replace(/^"use strict";\n/m, '')
    .replace(/^Object\.defineProperty\(exports, "__esModule".*\n/m, '')
    // the compiler hides from a function whose member it is; ours do not ask
    .replace(/\(0, (\w+\.\w+)\)/g, '$1')
    .trim()

/** The same in fewer lines: as the formatter would set it where lines may be long. */
const condensed = (code) =>
  code
    // a field that is only declared, and a condition with one deed, need no lines of their own
    .replace(/^ {4}[a-zA-Z]+;\n/gm, '')
    .replace(/^(\s*(?:if|else if|for|while) \(.*\))\n\s+(?=\S.*;$)/gm, '$1 ')
    .replace(/\}\n\s*(else|catch|finally)\b/g, '} $1')
    .replace(/^(\s*else)\n\s+(?=\S.*;$)/gm, '$1 ')
    // so does a block of one short deed
    .replace(shortBlock, joinedBlock)
    .replace(/(this\.(\w+) = \2;)\n +(?=this\.(\w+) = \3;)/g, '$1 ')
    .replace(/;\nexports\./g, '; exports.')
    // neighbouring constants of a few words, and a return behind one
    .replace(/^( +)(const [^\n{}]{1,85};)\n +((?:const|return) [^\n{}]{1,85};)$/gm, '$1$2 $3')
    .replace(/\{\n\s*\}/g, '{}')
    .replace(/^exports\.\w+ = .*void 0;[ \n]/gm, '')
    // what the formatter broke within one expression, and words that follow a brace
    .replace(/\n\s+(?=\.[a-z]|[?:] )/g, (_all, at, code) => (code[at + _all.length] === '.' ? '' : ' '))
    .replace(/ (\|\||&&)\n\s+/g, ' $1 ')
    .replace(/\}\n\s+(?=(?:catch|finally|else)\b)/g, '} ')
    .replace(/\{\n\s+([^\n{}]{1,170};)\n\s*\}/g, '{ $1 }')
    // a short list that the formatter spread over lines is one line again
    .replace(
      /^( *\S.*\{)\n +([^\n`{}]+;)\n +([^\n`{}]+;)\n *(\}[;,)]*)$/gm,
      (all, ...[open, one, two, close]) =>
        `${open} ${one} ${two} ${close}`.length <= 170 ? `${open} ${one} ${two} ${close}` : all,
    )
    .replace(/([[({])\n((?:\s+[^\n;]+,\n)*\s+(?:[^\n;{}]|\{[^\n{}]*\})+\n)\s*([\])}])/g, joined)
    // two short statements, one behind the other
    .replace(
      /^( *)((?!if|for|while|else|return|throw)\S[^\n]{1,75};)\n\1((?!if|for|while|else|throw)\w[^\n]{1,75};)$/gm,
      '$1$2 $3',
    )
    .replace(shortBlock, joinedBlock)
    .trim()

const modules = new Map()
function add(name) {
  if (modules.has(name)) return
  const code = condensed(stripped(readFileSync(join(dist, name), 'utf8')))
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
  "'use strict' // AUTORA OS evidence verifier. Node 20 or newer; needs nothing else. Run it with --help.",
  'const modules = {',
  ...[...modules].map(([name, code]) => `"${name}": (exports, load) => {\n${code} },`),
  '}',
  'const loaded = {}; const load = (name) => loaded[name] ?? (modules[name]((loaded[name] = {}), load), loaded[name])',
  `process.exitCode = load("${entry}").verifyProgram(process.argv.slice(2), (line) => console.log(line), new Date())`,
  '',
].join('\n')
writeFileSync(target, text, { mode: 0o755 })
