#!/usr/bin/env node
// biome-ignore-all lint/complexity/useArrowFunction: an old Node has to be able to read this file
// biome-ignore-all lint/style/useNodejsImportProtocol: an old Node has to be able to read this file
// biome-ignore-all lint/style/useTemplate: an old Node has to be able to read this file
'use strict'
// Starts the command line: checks Node, brings the build up to date, hands over. Written in ECMAScript 5, so that an
// old Node reaches the check. An image without the build tool runs what was built into it.
var fs = require('fs')
var path = require('path')
var spawn = require('child_process').spawn
var nodeVersion = require('./node-version.cjs')

var main = path.join(__dirname, '..', 'dist', 'main.js')
var patienceMs = 1000

/** Where turbo can be started with this Node, or null where it is not installed. */
function findTurbo() {
  try {
    return path.join(path.dirname(require.resolve('turbo/package.json')), 'bin', 'turbo')
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    return null
  }
}

/** The surroundings of the build: nothing is reported to anybody. */
function quietEnvironment() {
  var env = Object.assign({}, process.env)
  env.TURBO_TELEMETRY_DISABLED = '1'
  env.DO_NOT_TRACK = '1'
  return env
}

/**
 * Builds what is older than its source. What the build says is shown only when it fails, and on stderr, so that
 * stdout belongs to the command. Calls `done(exitCode)`.
 */
function build(turbo, done) {
  var args = [
    turbo,
    'run',
    'build',
    '--filter=@autora/cli',
    '--output-logs=errors-only',
    '--no-update-notifier',
  ]
  var child = spawn(process.execPath, args, {
    cwd: nodeVersion.root,
    env: quietEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  var said = []
  var keep = function (chunk) {
    said.push(chunk)
  }
  var notice = setTimeout(function () {
    console.error('Building…')
  }, patienceMs)
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('error', function (error) {
    said.push(Buffer.from(error.message + '\n'))
  })
  child.on('close', function (code) {
    clearTimeout(notice)
    if (code !== 0) process.stderr.write(Buffer.concat(said))
    done(code === null || code < 0 ? 1 : code)
  })
}

/** Hands over to the command line itself, which reads process.argv. */
function run() {
  if (fs.existsSync(main)) return require(main)
  console.error('There is no build of the command line. Run npm ci and npm run build.')
  process.exit(1)
}

/** Whether a build could write its result: in somebody else's checkout what is built already is run. */
function mayBuild() {
  try {
    fs.accessSync(path.join(nodeVersion.root, 'cli'), fs.constants.W_OK)
    return true
  } catch (_error) {
    return false
  }
}

nodeVersion.check()
var turbo = mayBuild() ? findTurbo() : null
if (turbo === null) run()
else {
  build(turbo, function (code) {
    if (code === 0) run()
    else process.exitCode = code
  })
}
