// biome-ignore-all lint/complexity/useArrowFunction: an old Node has to be able to read this file
// biome-ignore-all lint/style/useNodejsImportProtocol: an old Node has to be able to read this file
// biome-ignore-all lint/style/useTemplate: an old Node has to be able to read this file
'use strict'
// Says in one line why AUTORA OS cannot run here, before anything else fails in many. Written in ECMAScript 5, so
// that an old Node can read it. Run directly it checks and stops; required, it gives the check.
var fs = require('fs')
var path = require('path')

var root = path.join(__dirname, '..', '..')

/** The oldest Node that the root package.json accepts, as [major, minor]. */
function floor() {
  var range = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).engines.node
  return range.match(/\d+/g).slice(0, 2).map(Number)
}

/** What keeps this version of Node and this folder from running AUTORA OS; null when nothing does. */
function complaint(version, folder) {
  var least = floor()
  var parts = version.replace(/^v/, '').split('.').map(Number)
  if (parts[0] < least[0] || (parts[0] === least[0] && parts[1] < least[1])) {
    return (
      'AUTORA OS needs Node ' +
      least.join('.') +
      ' or newer; this is ' +
      version +
      '. Install it from nodejs.org or with nvm: nvm install 22'
    )
  }
  return fs.existsSync(path.join(folder, 'node_modules')) ? null : 'Run npm ci first.'
}

/** Prints the complaint and ends the process with 1, or returns. */
function check() {
  var found = complaint(process.version, root)
  if (found === null) return
  console.error(found)
  process.exit(1)
}

module.exports = { check: check, complaint: complaint, root: root }
if (require.main === module) check()
