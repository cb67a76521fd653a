type Finding = { file: string; line: number; rule: string; message: string }
const { checkStructure } = require('../../scripts/check-structure.cjs') as {
  checkStructure: (files: Record<string, string>) => Finding[]
}

const rulesOf = (file: string, text: string) => checkStructure({ [file]: text }).map(({ rule }) => rule)
const long = (lines: number) => '  step()\n'.repeat(lines)
const explained = '/** Says what it promises. */\n'
const plain = 'gateway/src/plan/cost.ts'

/** Each row: what is wrong, the file, its text, the rule that must answer. */
const faults = [
  [
    'a file of 201 lines',
    plain,
    `${explained}export function a() {}\n${'void 0\n'.repeat(199)}`,
    'file-length',
  ],
  ['a table of 401 lines', plain, 'void 0\n'.repeat(401), 'file-length'],
  ['a function of 41 lines', plain, `function a() {\n${long(39)}}`, 'function-length'],
  ['a method of 41 lines', plain, `class A {\n  a() {\n${long(39)}  }\n}`, 'function-length'],
  ['a long test', 'test/a.test.ts', `it('a', () => {\n${long(39)}})`, 'function-length'],
  ['a drawer for anything', 'gateway/src/date-utils.ts', '', 'name'],
  ['a folder for anything', 'shared/src/common/index.ts', '', 'name'],
  ['an export without a docstring', plain, 'const b = 1\nexport const a = b', 'docstring'],
  ['a type without a docstring', plain, '// a comment\nexport type A = 1', 'docstring'],
  ['an empty docstring', plain, '/** */\nexport const a = 1', 'docstring'],
  ['a docstring further up', plain, `${explained}const b = 1\nexport function a() {}`, 'docstring'],
  ['a list of exports', plain, 'const b = 1\nexport { b }', 'docstring'],
  ['a default export', plain, `${explained}import 'graphql'\nexport default 1`, 'docstring'],
  ['a note to oneself', plain, '// TODO: later', 'note'],
  ['a focused test', 'test/a.test.ts', "it.only('a', () => 1)", 'focus'],
  ['a skipped table', 'test/a.test.ts', "describe.skip.each([1])('a', () => 1)", 'focus'],
  ['a skipped test', 'test/a.test.ts', "xit('a', () => 1)", 'focus'],
  ['a cast to any', plain, 'void (1 as any)', 'cast'],
  ['a cast through unknown', plain, 'void ((1 as unknown) as string)', 'cast'],
  ['an empty catch', plain, 'try { go() } catch { /* quiet */ }', 'swallow'],
  ['an empty catch handler', plain, 'go().catch(() => {})', 'swallow'],
  ['the environment', plain, 'void process.env.HOME', 'environment'],
  ['the environment by another name', plain, 'const { env } = process', 'environment'],
  ['the environment by brackets', plain, "void globalThis.process['env']", 'environment'],
  ['the environment by import', plain, "import { env } from 'node:process'", 'environment'],
] as const

/** Each row: what is well, the file, its text. */
const sound = [
  ['200 lines', plain, `${explained}export function a() {}\n${'void 0\n'.repeat(198)}`],
  ['a test of 400 lines', 'test/a.test.ts', `function a() {}\n${'void 0\n'.repeat(399)}`],
  ['a table of 400 lines', plain, 'void 0\n'.repeat(400)],
  ['a function of 40 lines', plain, `function a() {\n${long(38)}}`],
  ['a long describe', 'test/a.test.ts', `describe.each([1])('a', () => {\n${long(80)}})`],
  [
    'a migration with much SQL',
    'subgraphs/a/migrations/1.ts',
    `function up() {\n  run(\`\n${long(80)}\`)\n}`,
  ],
  ['a name that only looks vague', 'shared/src/commoner.ts', ''],
  ['a docstring above a comment', plain, `${explained}// biome-ignore lint/a: why\nexport const a = 1`],
  ['a list of explained exports', plain, `${explained}const b = 1\nexport { b }`],
  [
    'overloads',
    plain,
    `${explained}export function a(b: 1): 1\nexport function a(b: 2): 2\nexport function a(b: 1 | 2) { return b }`,
  ],
  ['a re-export', plain, "export * from './a.js'\nexport { b } from './b.js'"],
  ['a state called TODO', plain, "const state = 'TODO'\nvoid state"],
  ['the configuration', 'shared/src/config/read.ts', 'void process.env.HOME'],
  ['a catch that answers', plain, 'try { go() } catch { stop() }'],
] as const

describe('the structure check', () => {
  it.each(faults)('refuses %s', (_name, file, text, rule) => {
    expect(rulesOf(file, text)).toEqual([rule])
  })

  it.each(sound)('accepts %s', (_name, file, text) => {
    expect(rulesOf(file, text)).toEqual([])
  })

  it('names the line', () => {
    const text = `/** Tells the cost, in cents: é. */\nexport const cost = 1\n\n\nvoid (cost as any)`

    expect(checkStructure({ [plain]: text })).toEqual([
      { file: plain, line: 5, rule: 'cast', message: 'a cast to any' },
    ])
  })
})
