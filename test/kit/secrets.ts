import type { SealKey } from '@autora/shared/actor'

/** Fixed keys of the test installation: nothing here protects anything. */
export const testKeys = {
  seal: { id: 'test1', secret: Buffer.alloc(32, 0x11) } satisfies SealKey,
  /** A second key, installed too: rotation with overlap. */
  nextSeal: { id: 'test2', secret: Buffer.alloc(32, 0x12) } satisfies SealKey,
  /** Seals for the issuer's role alone. */
  issuerSeal: { id: 'testissuer', secret: Buffer.alloc(32, 0x13) } satisfies SealKey,
  issuer: Buffer.alloc(32, 0x55),
  hopSecret: Buffer.alloc(32, 0x22),
  pepper: Buffer.alloc(32, 0x33),
  vault: Buffer.alloc(32, 0x44),
} as const

/** Passwords of the login roles on the throw-away server. */
export const testPasswords = {
  identity: 'identity-test',
  dealer_ops: 'dealer-ops-test',
  audit: 'audit-test',
  issuer: 'issuer-test',
  sequencer: 'sequencer-test',
  follower: 'follower-test',
  auditor: 'auditor-test',
} as const

/** What global-setup hands to the tests. */
export interface TestDatabaseSettings {
  /** Connection string of the superuser, without a database name at the end. */
  readonly serverUrl: string
  /** When the demo network's time ends. */
  readonly now: string
}

/** The settings of this run. */
export function testDatabase(): TestDatabaseSettings {
  const text = process.env.AUTORA_TEST_DATABASE
  if (!text) throw new Error('the tests are started with npm test')
  return JSON.parse(text) as TestDatabaseSettings
}
