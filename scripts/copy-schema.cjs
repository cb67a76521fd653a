'use strict'
// tsc copies no assets: puts each capability's schema.graphql beside its compiled module.
const { cpSync } = require('node:fs')
cpSync('src', 'dist/src', {
  recursive: true,
  filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith('.graphql'),
})
