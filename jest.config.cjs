/** Tests run from source: no build is needed first. @type {import('jest').Config} */
const swc = (parser) => [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: { target: 'es2022', keepClassNames: true, parser },
  },
]
// jest on Node < 24.9 cannot require() an ES module, so the ESM-only packages are compiled; plain Node loads them as they are.
const esmOnly = 'jose|oidc-provider|otpauth|nodemailer|uqr|openid-client|oauth4webapi|@noble/hashes'
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  randomize: true,
  maxWorkers: 2,
  testTimeout: 30_000,
  globalSetup: '<rootDir>/test/kit/global-setup.cjs',
  globalTeardown: '<rootDir>/test/kit/global-teardown.cjs',
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript' }),
    [`/node_modules/(${esmOnly})/.+\\.js$`]: swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly})/)`],
  moduleNameMapper: {
    '^@autora/shared/([a-z-]+)$': '<rootDir>/shared/src/$1/index.ts',
    '^@autora/(identity|dealer-ops|audit)/migrations$': '<rootDir>/subgraphs/$1/migrations/index.ts',
    '^@autora/(identity|dealer-ops|audit)$': '<rootDir>/subgraphs/$1/src/index.ts',
    '^@autora/(gateway|cli)$': '<rootDir>/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
}
