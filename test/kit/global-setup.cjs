'use strict'
// One throw-away PostgreSQL for the whole run, with a migrated and seeded template that each test file copies.
// Runs on the built workspaces: `npm test` builds first.
const { mkdtempSync, chmodSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

module.exports = async () => {
  const { prepareTemplates } = require('../dist/kit/templates.js')
  const home = mkdtempSync(join(tmpdir(), 'autora-test-'))
  chmodSync(home, 0o755) // the server may run as another account
  globalThis.autoraTest = await prepareTemplates(home)
  process.env.AUTORA_TEST_DATABASE = JSON.stringify(globalThis.autoraTest.settings)
}
