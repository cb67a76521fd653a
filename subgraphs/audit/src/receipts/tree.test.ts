import { TenantDatabase, withClient } from '@autora/shared/database'
import { CompactRange, leafHash } from '@autora/shared/tlog'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { actorOf, sealFor } from '../../../../test/kit/direct-call.js'
import { treeProof } from './tree-service.js'

const LEAVES = 600
const tenant = '70000000-0000-4000-8000-000000000000'
const leaves = Array.from({ length: LEAVES }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)))
/** Root of the first `size` leaves, from the leaves alone. */
const roots = leaves.map((_, n) => {
  const range = new CompactRange()
  for (const leaf of leaves.slice(0, n + 1)) range.append(leaf)
  return range.root()
})

let database: TenantDatabase
beforeAll(async () => {
  const adminUrl = await freshDatabase('template_empty')
  await withClient(adminUrl, async (db) => {
    await db.query(
      `insert into audit.leaf (tenant_id, index, event_id, batch, hash)
       select $1, n - 1, n, 1, decode(hash, 'hex') from unnest($2::text[]) with ordinality as l (hash, n)`,
      [tenant, leaves.map((leaf) => leaf.toString('hex'))],
    )
    for (const index of [0, 1]) {
      const range = new CompactRange()
      for (const leaf of leaves.slice(index * 256, index * 256 + 256)) range.append(leaf)
      await db.query('insert into audit.tree_node values ($1, 8, $2, $3)', [tenant, index, range.root()])
    }
  })
  database = await TenantDatabase.open({ url: roleUrlOf(adminUrl, 'audit'), applicationName: 'test' })
})
afterAll(() => database.close())

/** Places that a tree of a size has, the edges among them. */
const places = (size: number) =>
  [...new Set([0, Math.floor(size / 2), size - 2, size - 1, 255, 256])].filter((n) => n >= 0 && n < size)

/** A seal lasts for seconds: one for every tree. */
const proofOf = (index: number, size: number, leaf: Buffer = leaves[index] ?? Buffer.of()) =>
  database.read(sealFor(actorOf('DEALER_ADMIN', { tenantId: tenant, reach: 'TENANT' }), 'audit'), (tx) =>
    treeProof(tx, tenant, {
      index,
      size,
      leaf,
      isRoot: (root) => root.equals(roots[size - 1] ?? Buffer.of()),
    }),
  )

it('proves every edge of trees up to 300 leaves and beyond two tiles, and no other leaf there', async () => {
  const sizes = [...Array.from({ length: 300 }, (_, n) => n + 1), 511, 512, 513, LEAVES]
  for (const size of sizes)
    for (const index of places(size)) expect([size, index, await proofOf(index, size)]).not.toContain(null)

  expect(await proofOf(0, 300, leaves[1])).toBeNull()
  expect(await proofOf(299, 600, leaves[300])).toBeNull()
})
