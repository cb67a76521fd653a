import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeptHead, Signer, Witness } from '@autora/audit'
import { withClient } from '@autora/shared/database'
import {
  CompactRange,
  leafHash,
  signatureKinds,
  signCheckpoint,
  signerKey,
  TlogError,
  verifyConsistency,
} from '@autora/shared/tlog'
import { Client } from 'pg'
import { freshDatabase } from '../kit/database.js'
import { crashRun } from './crash-run.js'
import { IdCursor } from './cursor.js'
import { insertEvent } from './writers.js'

const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const witnessKey = signerKey('witness.test/w', signatureKinds.cosignature, Buffer.alloc(32, 2))

it('loses, doubles and contradicts nothing when sequencers are killed and the database is stopped at once', async () => {
  const report = await crashRun({ kills: 6, stops: 1 })

  expect(report).toMatchObject({
    kills: 6,
    stops: 1,
    lost: 0,
    doubled: 0,
    gaps: 0,
    wrongHashes: 0,
    faultyCheckpoints: 0,
    refusedByWitness: 0,
    verifiedTenants: report.tenants,
  })
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.checkpoints).toBeGreaterThan(0)
}, 240_000)

describe('designs that look simpler', () => {
  it('a cursor on the id loses what commits late; leaves do not', async () => {
    const url = await freshDatabase('template_empty')
    const tenant = randomUUID()
    const late = new Client({ connectionString: url })
    await late.connect()
    const cursor = new IdCursor(url)
    await late.query('begin')
    await late.query(insertEvent, [tenant]) // has the smaller id
    await withClient(url, (db) => db.query(insertEvent, [tenant]))
    await withClient(url, (db) => cursor.take(db))
    await late.query('commit')
    await late.end()
    await withClient(url, (db) => cursor.take(db))

    expect(await cursor.lost()).toBe(1)
  })

  it('signing before the commit makes two logs of one size, and the second is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'autora-'))
    const witness = new Witness(witnessKey, logKey, new KeptHead(join(folder, 'w')), () => new Date())
    const treeOf = (...leaves: string[]) => {
      const range = new CompactRange()
      for (const leaf of leaves) range.append(leafHash(Buffer.from(leaf)))
      return { size: range.size, root: range.root() }
    }
    const signedEarly = treeOf('first', 'rolled back')
    const committed = treeOf('first', 'what came instead')
    const hastily = (head: typeof committed) => signCheckpoint({ origin: logKey.name, ...head }, logKey)

    expect(witness.add({ oldSize: 0, proof: [], checkpoint: hastily(signedEarly) }).status).toBe(200)
    // the transaction is rolled back, others take its place, and the log is signed again
    expect(witness.add({ oldSize: 2, proof: [], checkpoint: hastily(committed) }).status).toBe(422)
    expect(() => verifyConsistency(signedEarly, committed, [])).toThrow(TlogError)
    // our signer remembers what it signed, and signs no second log of that size
    const signer = new Signer(logKey, new KeptHead(join(folder, 's')))
    signer.sign(signedEarly, [])
    expect(() => signer.sign(committed, [])).toThrow(TlogError)
    rmSync(folder, { recursive: true })
  })
})
