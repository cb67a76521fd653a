/**
 * Starts a server from plain Node for the tests, prints its pid and url, and stays. Node has no
 * TypeScript, so each file of this folder is compiled as it is required, the way jest does it.
 */
const Module = require('node:module')
const { transformFileSync } = require('@swc/core')

const swc = {
  swcrc: false,
  module: { type: 'commonjs' },
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
}
const resolve = Module._resolveFilename

Module._resolveFilename = (name, parent, ...rest) => {
  const isOurs = name.startsWith('.') && parent?.filename?.endsWith('.ts')
  return resolve(isOurs ? name.replace(/\.js$/, '.ts') : name, parent, ...rest)
}
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, swc).code, file)

require('./index.ts')
  .startEmbeddedPostgres(JSON.parse(process.argv[2]))
  .then(({ pid, url }) => console.log(JSON.stringify({ pid, url })))
