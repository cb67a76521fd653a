import {
  consistencyProof,
  fromTiles,
  parseTilePath,
  parseVerifierKey,
  readCheckpoint,
  readCosignatures,
  rootOf,
  type TileId,
  tilePath,
  verifyConsistency,
} from '@autora/shared/tlog'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let trail: RunningTrail
beforeAll(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl)
  await trail.settled()
})
afterAll(async () => {
  await trail.close()
  await world.close()
})

const piece = (place: string, init: RequestInit = {}) => fetch(`${world.gatewayUrl}/trail/${place}`, init)
async function fetchTile(tile: TileId): Promise<Buffer> {
  const answer = await piece(tilePath(tile))
  if (answer.status !== 200) throw new Error(`${tilePath(tile)} answered ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}

it('shows anybody the newest checkpoint that a witness saw, and hashes that make its root', async () => {
  const answer = await piece('checkpoint')
  const note = await answer.text()
  const { size, root } = readCheckpoint(note)
  const policy = (await trail.policy('00000000-0000-4000-8000-000000000000')).split('\n')
  const witnesses = policy
    .filter((line) => line.startsWith('witness '))
    .map((line) => parseVerifierKey(line.slice(8)))

  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('no-cache')
  expect(readCosignatures(note, witnesses).length).toBeGreaterThan(0)
  expect(await fromTiles(size, fetchTile, (read) => rootOf(size, read))).toEqual(root)
})

it('proves with its tiles that the log grew and is the same', async () => {
  const before = readCheckpoint(await (await piece('checkpoint')).text())
  const after = await newer(before.size)
  const proof = await fromTiles(after.size, fetchTile, (read) =>
    consistencyProof(before.size, after.size, read),
  )
  verifyConsistency(before, after, proof)
})

async function newer(than: number) {
  for (;;) {
    const now = readCheckpoint(await (await piece('checkpoint')).text())
    if (now.size > than) return now
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

it.each([
  ['tile/entries/000', 404],
  ['tile/0/999', 404],
  ['tile/0/000.p/255', 404],
  ['tile/9/000.p/1', 404],
  ['tile/00/000.p/1', 404],
  ['tile/0/0.p/1', 404],
  ['tile/0/000.p/01', 404],
  ['tile/0/x000/000.p/1', 404],
  ["tile/0/000'--", 404],
  ['tile/0/../checkpoint', 404],
  ['head', 404],
  ['event/1', 404],
])('shows nothing at %s', async (place, status) => {
  expect((await piece(place)).status).toBe(status)
})

it('says of a whole tile that it never changes, and of a part that it may', async () => {
  // far above what is in the log, as it will be in a month; one that no witness saw is not the newest
  await world.sql(
    `insert into audit.log_node select 0, n, sha256(int8send(n)) from generate_series(512, 1023) n;`,
  )
  await world.sql(`insert into audit.checkpoint (size, note) values (1000, 'planted')`)
  const whole = await piece('tile/0/002')
  const part = await piece('tile/0/003.p/232')

  expect(whole.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect((await whole.arrayBuffer()).byteLength).toBe(256 * 32)
  expect(part.headers.get('cache-control')).toBe('public, max-age=300')
  expect((await part.arrayBuffer()).byteLength).toBe(232 * 32)
  // not published yet
  expect((await piece('tile/0/003.p/233')).status).toBe(404)
  expect((await piece('tile/0/003')).status).toBe(404)
  expect(await (await piece('checkpoint')).text()).not.toBe('planted')
})

it('is only read', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const answer = await piece('checkpoint', { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
  }
})

it('is one spelling for each tile', () => {
  for (const index of [0, 255, 999, 1_000, 1_234_067])
    for (const width of [1, 255, 256]) {
      const tile = { level: 1, index, width }
      expect(parseTilePath(tilePath(tile))).toEqual(tile)
    }
})
