'use strict'
const { rmSync } = require('node:fs')

module.exports = async () => {
  await globalThis.autoraTest?.stop()
  if (globalThis.autoraTest) rmSync(globalThis.autoraTest.home, { recursive: true, force: true })
}
