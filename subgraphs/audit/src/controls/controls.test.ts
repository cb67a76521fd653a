import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { subgraphSdl } from '@autora/shared/graphql'
import { fieldRules } from '@autora/shared/schema'
import { createLog } from '@autora/shared/telemetry'
import { signatureKinds, signerKey } from '@autora/shared/tlog'
import { parse } from 'graphql'
import type { Client } from '../../../../test/kit/client.js'
import { pastGuard, roleUrlOf } from '../../../../test/kit/database.js'
import { supportUnderGrant } from '../../../../test/kit/support.js'
import { type RunningTrail, startTrail } from '../../../../test/kit/trail.js'
import { startWorld, type World } from '../../../../test/kit/world.js'
import { ControlProber, type ProbeTargets, trailLimits } from './index.js'

/** The keys that `startTrail` runs with. */
const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const witnessKey = signerKey('witness.test/w2', signatureKinds.cosignature, Buffer.alloc(32, 2))

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50))
}

let world: World
let trail: RunningTrail | undefined
let prober: ControlProber

const targets = (parts: Partial<ProbeTargets> = {}): ProbeTargets => ({
  publicUrl: world.gatewayUrl,
  issuer: 'https://issuer.example.test',
  unsealedUrl: roleUrlOf(world.adminUrl, 'audit'),
  keys: { log: [{ key: logKey, from: 0 }], witnesses: [witnessKey] },
  coverage: fieldRules(parse(subgraphSdl(join(__dirname, '..')))),
  isDevelopment: true,
  trail: { ...trailLimits, checkpointSeconds: 15 },
  ...parts,
})

function startProber(parts: Partial<ProbeTargets> = {}): ControlProber {
  const url = roleUrlOf(world.adminUrl, 'follower')
  const made = new ControlProber({
    url,
    targets: targets(parts),
    log: createLog('follower', () => undefined),
    everyMs: 100,
  })
  made.start()
  return made
}

beforeEach(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl)
  await trail.settled()
  prober = startProber()
})
afterEach(async () => {
  await prober.stop()
  await trail?.close()
  await world.close()
})

const SUMMARY = `{ securitySummary { isProven failing unproven
  controls { control name checks result checkedAt changedAt evidence failed } } }`

interface Shown {
  readonly control: string
  readonly result: string
  readonly checkedAt: string | null
  readonly evidence: string | null
  readonly failed: readonly string[]
  readonly faults: readonly string[]
}

/** Asks one control until it says so. */
async function told(control: string, result: string, failed = ''): Promise<Shown> {
  const query = `query C($control: ControlCode!) {
    controlStatus(control: $control) { control result checkedAt evidence failed faults } }`
  for (;;) {
    const { data } = await world.people.owner().send(query, { control })
    const shown = data.controlStatus as Shown
    if (shown.result === result && shown.failed.join().includes(failed)) return shown
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const allHold = async () => {
  await told('POPIA_HANDLING', 'PASS')
  const { data } = await world.people.owner().send(SUMMARY)
  return Object.fromEntries(data.securitySummary.controls.map((one: Shown) => [one.control, one.result]))
}

it('CTL-01 MUST show all five controls to each of the eight seats, and nobody but the Owner what exactly failed', async () => {
  expect(await allHold()).toEqual({
    TRANSPORT_ENCRYPTION: 'NOT_APPLICABLE',
    ROLE_BASED_ACCESS: 'PASS',
    AUDIT_TRAIL: 'PASS',
    STORE_ISOLATION: 'PASS',
    POPIA_HANDLING: 'PASS',
  })
  await world.sql('alter table dealer_ops.lead no force row level security')
  const { faults } = await told('STORE_ISOLATION', 'FAIL')
  expect(faults).toContain('dealer_ops.lead has no forced row security')

  const { people } = world
  const granted = await supportUnderGrant(world, 'north-one', 'MASKED')
  const others: Client[] = [
    people.support(),
    granted,
    people.admin('north'),
    people.sales('north-one'),
    people.marketing('north-one'),
    people.partner('north-one'),
    people.analyst('north-one'),
  ]
  for (const client of [people.owner(), ...others]) {
    const { data, text } = await client.send(SUMMARY)
    expect(data.securitySummary).toMatchObject({ isProven: false, failing: 1 })
    expect(text).not.toContain('dealer_ops')
  }
  for (const client of others)
    expect(
      (await client.send('{ securitySummary { controls { faults } } }')).errors[0]?.extensions.code,
    ).toBe('ACCESS_DENIED')
})

it('CTL-02 MUST name a trigger that is gone and a secret that could be read', async () => {
  await world.sql(`${pastGuard} drop trigger append_only_row on audit.event`)
  expect((await told('AUDIT_TRAIL', 'FAIL')).faults).toContain('audit.event lacks append_only_row')
  await world.sql('grant select (inner_pad) on sec.seal_key to autora_identity')
  expect((await told('POPIA_HANDLING', 'FAIL', 'secret')).faults.join()).toContain('sec.seal_key')
})

it('CTL-03 MUST find an event that was edited, and not lose it again in the next random sample', async () => {
  const [place] = await world.sql<{ tenant_id: string; event_id: string; index: string }>(
    'select tenant_id, event_id, index from audit.leaf order by random() limit 1',
  )
  await withClient(world.adminUrl, async (db) => {
    await db.query(`begin; ${pastGuard} alter table audit.event disable trigger append_only_row`)
    await db.query(`update audit.event set detail = '{"edited": true}' where tenant_id = $1 and id = $2`, [
      place?.tenant_id,
      place?.event_id,
    ])
    await db.query('alter table audit.event enable always trigger append_only_row; commit')
  })
  const first = await told('AUDIT_TRAIL', 'FAIL', 'not what the log says')
  expect(first.faults).toContain(
    `the event at ${place?.tenant_id}/${place?.index} is not the one of its leaf`,
  )

  for (let n = 0; n < 5; n += 1) {
    const { checkedAt } = await told('AUDIT_TRAIL', 'FAIL', 'not what the log says')
    await until(async () => (await told('AUDIT_TRAIL', 'FAIL')).checkedAt !== checkedAt)
  }
})

it('CTL-04 MUST fail when the log stands still, or when nobody known has cosigned it', async () => {
  await prober.stop()
  prober = startProber({
    keys: { log: [{ key: logKey, from: 0 }], witnesses: [] },
  })
  await told('AUDIT_TRAIL', 'FAIL', 'No known witness')
  await prober.stop()
  await trail?.close()
  trail = undefined
  prober = startProber({ trail: { ...trailLimits, checkpointSeconds: 0, waitSeconds: 0 } })
  expect((await told('AUDIT_TRAIL', 'FAIL', 'wait too long')).failed.join()).toContain('too old')
})

it('CTL-05 MUST be stale a minute after the last check, whatever that said', async () => {
  await allHold()
  await prober.stop()
  await world.sql(`update audit.control_status set checked_at = checked_at - interval '61 seconds'`)
  const { data } = await world.people.sales('north-one').send(SUMMARY)
  expect(data.securitySummary).toMatchObject({ isProven: false, failing: 0, unproven: 5 })
  expect(new Set(data.securitySummary.controls.map((one: Shown) => one.result))).toEqual(new Set(['STALE']))
})

it('CTL-06 MUST leave an event when a result changes and once a day, and none in between', async () => {
  const events = async () =>
    (
      await world.sql<{ id: string; detail: { result: string; parts: string[] } }>(
        `select id, detail from audit.event where action = 'control.checked' and detail->>'control' = 'STORE_ISOLATION' order by id`,
      )
    ).map(({ id, detail }) => ({ id, ...detail }))
  const { checkedAt } = await told('STORE_ISOLATION', 'PASS')
  await until(async () => (await told('STORE_ISOLATION', 'PASS')).checkedAt !== checkedAt)
  expect(await events()).toMatchObject([{ result: 'PASS', parts: [] }])

  await world.sql('alter table dealer_ops.lead disable row level security')
  const { evidence } = await told('STORE_ISOLATION', 'FAIL')
  expect((await events())[1]).toMatchObject({ id: evidence, result: 'FAIL', parts: ['WALLS'] })

  await world.sql(`update audit.control_status set evidence_at = evidence_at - interval '1 day'`)
  await until(async () => (await events()).length === 3)
})

it('CTL-07 MUST claim nothing about what it cannot look at, and call an open address a fault', async () => {
  await prober.stop()
  prober = startProber({ keys: null, unsealedUrl: null, publicUrl: 'http://192.0.2.1:4000' })
  await told('AUDIT_TRAIL', 'UNKNOWN', 'could not run')
  await told('STORE_ISOLATION', 'UNKNOWN')
  await told('TRANSPORT_ENCRYPTION', 'FAIL', 'without TLS')
})

it('CTL-08 MUST see rows that are shown to a role without a context', async () => {
  await world.sql(`${pastGuard} create policy planted on audit.control_status to autora_audit using (true);
    alter policy wall on audit.support_tally to autora_identity; alter policy wall on audit.event to autora_identity`)
  const { faults } = await told('STORE_ISOLATION', 'FAIL', 'caller without rights')
  expect(faults).toContain('audit.event shows rows to a forged context')
})
