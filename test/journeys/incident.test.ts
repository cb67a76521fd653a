import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportBundle, Flags } from '@autora/audit'
import { canariesOf } from '@autora/cli'
import { SystemDatabase } from '@autora/shared/database'
import { decodeId, encodeId } from '@autora/shared/request'
import type { Client } from '../kit/client.js'
import { roleUrlOf } from '../kit/database.js'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'
import { note, report, review, type SeenIncident, step, told, walk } from './incident-steps.js'
import { approved, endAll, type Grant, LEADS, send } from './support-steps.js'

const root = join(__dirname, '../..')
let world: World
let trail: RunningTrail
let folder: string
beforeAll(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl, [new Flags()])
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  execFileSync(process.execPath, [join(root, 'scripts/bundle-verifier.cjs'), join(folder, 'verify.cjs')])
})
afterEach(() => endAll(world))
afterAll(async () => {
  await trail.close()
  await world.close()
  rmSync(folder, { recursive: true })
})

const storeId = () => encodeId('Store', world.people.store('north-one').id)
const tenantId = () => world.people.store('north-one').groupId

/** Everything an owner was answered: none of it may hold a customer's data. */
class Watched {
  texts = ''
  constructor(private readonly who: Client) {}
  readonly send = async (...args: Parameters<Client['send']>) => {
    const answer = await this.who.send(...args)
    this.texts += answer.text
    return answer
  }
}
const watch = (who: Client) => {
  const watched = new Watched(who)
  return { who: Object.assign(Object.create(who) as Client, { send: watched.send }), watched }
}

const EVENTS = `query E($filter: AuditEventFilter) { auditEvents(first: 100, filter: $filter) { edges { node {
  sequence action outcome actorPrincipal actorId grantId detail } } } }`

interface SeenEvent {
  readonly sequence: string
  readonly action: string
  readonly actorPrincipal: string
}
async function events(who: Client, filter: object): Promise<SeenEvent[]> {
  const { data, errors } = await who.send(EVENTS, { filter })
  expect(errors).toEqual([])
  return data.auditEvents.edges.map(({ node }: { node: SeenEvent }) => node)
}

/** Values of customers that a supporter saw, and those that the demo network plants to be found again. */
async function secretsSeen(support: Client): Promise<readonly string[]> {
  const { data } = await support.send(LEADS)
  const values = data.leads.edges.flatMap(({ node }: { node: { customer: Record<string, unknown> } }) => [
    node.customer.firstName,
    ...((node.customer.emails ?? []) as string[]),
  ])
  return [
    ...values.filter(Boolean),
    ...(JSON.stringify(canariesOf(world.network)).match(/[\w.+-]+@[\w.-]+/g) ?? []),
  ]
}

/** Writes the group's bundle and its policy. @returns its lines. */
async function writeBundle(): Promise<readonly string[]> {
  await trail.settled()
  const url = roleUrlOf(world.adminUrl, 'auditor')
  const reader = await SystemDatabase.open({ url, applicationName: 'test', onLost: () => undefined })
  const lines: string[] = []
  for await (const line of exportBundle(reader, tenantId(), 60)) lines.push(line)
  await reader.close()
  writeFileSync(join(folder, 'bundle'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'policy'), await trail.policy(tenantId()))
  return lines
}

/** Asks the one file, in a process without packages, settings or network of ours. */
const verdict = () => {
  const { status, stdout } = spawnSync(process.execPath, ['verify.cjs', 'bundle', '--policy', 'policy'], {
    cwd: folder,
    env: {},
  })
  return { status, text: stdout.toString() }
}

/** Numbers of the events in a bundle, in its order. */
const eventsIn = (lines: readonly string[]): string[] =>
  lines
    .map((line) => JSON.parse(line) as { kind: string; leaf?: string })
    .flatMap(({ kind, leaf }) => (kind === 'event' ? [leaf?.split('\n')[0]?.split(' ')[5] ?? ''] : []))

const ofTenant = async (): Promise<string[]> => {
  const rows = await world.sql<{ id: string }>('select id::text from audit.event where tenant_id = $1', [
    tenantId(),
  ])
  return rows.map(({ id }) => id)
}

/** What only the owner of the machine can do: he removes the guards first. */
const forge = (id: string, detail: string) =>
  world.sql(`begin; alter table audit.event disable trigger append_only_row;
    update audit.event set detail = '${detail}' where tenant_id = '${tenantId()}' and id = ${id};
    alter table audit.event enable always trigger append_only_row; commit`)

async function reportOf(who: Client, id: string) {
  const { data, errors } = await who.send(
    `{ incidentClosingReport(id: "${id}") { version content sha256 page isReproducible } }`,
  )
  expect(errors).toEqual([])
  return data.incidentClosingReport
}

/** A dealer's question that became an incident, and what it is about. */
interface Case {
  readonly grant: Grant
  readonly incident: SeenIncident
  readonly secrets: readonly string[]
}

/** A supporter reads under a grant; the dealer sees that, and asks. */
async function question(): Promise<Case> {
  const admin = world.people.admin('north')
  const grant = await approved(world, { piiLevel: 'CLEAR' })
  const secrets = await secretsSeen(world.people.support(grant))
  expect(secrets.length).toBeGreaterThan(3)
  const activity = await admin.send(
    `{ supportActivity(grantId: "${grant.graphId}") { reads records { name count } } }`,
  )
  expect(activity.data.supportActivity).toMatchObject({ reads: 1 })

  const incident = await report(admin, `Why was ${secrets[0]} read?`, { storeId: storeId() })
  await note(admin, incident.id, `We never asked about ${secrets[0]}`, { kind: 'QUESTION' })
  await trail.settled()
  return { grant, incident, secrets }
}

/** The owner looks at the trail, pins what he finds and places a hold. @returns what he pinned. */
async function investigate(owner: Client, { grant, incident }: Case) {
  const seen = await walk(owner, incident, 'IN_REVIEW')
  const found = await events(owner, { grantId: grant.graphId })
  const read = found.find(({ action }) => action === 'supportAccess.read')
  expect(read?.actorPrincipal).toBe('PLATFORM_SUPPORT')
  const pinned = found.map(({ sequence }) => sequence)
  const pin = await step(owner, 'incidentPinEvidence', {
    incidentId: incident.id,
    eventIds: pinned,
    query: { grantId: grant.graphId },
  })

  expect(pin.userErrors).toEqual([])
  const hold = await step(owner, 'incidentHold', {
    incidentId: incident.id,
    reason: 'The dealer asks who read this',
  })

  expect(hold.userErrors).toEqual([])
  await note(owner, incident.id, 'The ticket covers this store and was approved', { kind: 'ANSWER' })
  await note(owner, incident.id, 'No pattern beyond this ticket', { visibility: 'INTERNAL' })
  return { seen, pinned, read: read?.sequence ?? '' }
}

/** What the review shows of pinned evidence and the hold. */
async function expectPinned(owner: Client, { incident }: Case, pinned: readonly string[]): Promise<void> {
  const { evidence, holds } = (await review(owner, incident.id)).data.incident
  expect(evidence.map((one: { integrity: string }) => one.integrity)).toEqual(evidence.map(() => 'INTACT'))
  expect(evidence.at(-1)).toMatchObject({ kind: 'QUERY', eventCount: pinned.length })
  expect(holds).toEqual([{ scope: 'TENANT', from: null, to: null, releasedAt: null }])
  const [checkpoint] = await world.sql<{ n: number }>(
    `select count(*)::int as n from audit.incident_evidence v join audit.checkpoint c on c.size = v.checkpoint_size
      where v.incident_id = $1`,
    [decodeId('Incident', incident.id)],
  )
  expect(checkpoint?.n).toBe(pinned.length + 1)
}

/** The report of a closing says what was found, shows nothing of a customer, and its hash is in the trail. */
async function expectReport(owner: Client, incident: SeenIncident, pinned: readonly string[]): Promise<void> {
  const made = await reportOf(owner, incident.id)
  expect(made).toMatchObject({ version: incident.version, isReproducible: true })
  expect(await told(world, 'incident.closed')).toContainEqual(
    expect.objectContaining({
      tenant_id: tenantId(),
      detail: expect.objectContaining({ from: 'RESOLVED', to: 'CLOSED', reportSha256: made.sha256 }),
    }),
  )
  expect(createHash('sha256').update(made.content).digest('hex')).toBe(made.sha256)
  const content = JSON.parse(made.content)
  expect(content.evidence.flatMap((one: { event: string | null }) => one.event ?? [])).toEqual(
    [...pinned].sort((a, b) => Number(a) - Number(b)),
  )
  expect(content.notes.map((one: { text: string | null }) => one.text)).toEqual([
    null,
    'The ticket covers this store and was approved',
  ])
  expect(await reportOf(world.people.admin('north'), incident.id)).toEqual(made)
  const forSales = `{ incidentClosingReport(id: "${incident.id}") { sha256 } }`
  expect((await world.people.sales('north-one').send(forSales)).status).toBe(403)
}

/** The bundle holds every event of the group and no other, and one letter changed in it is found. */
async function expectVerdicts(pinned: readonly string[], read: string): Promise<void> {
  const lines = await writeBundle()
  expect(verdict()).toMatchObject({ status: 0, text: expect.stringMatching(/^VERIFIED: /) })
  const inOrder = (ids: readonly string[]) => [...ids].sort((a, b) => Number(a) - Number(b))
  expect(inOrder(eventsIn(lines))).toEqual(inOrder(await ofTenant()))
  expect(eventsIn(lines)).toEqual(expect.arrayContaining([...pinned]))

  const text = [...lines]
  const row = lines.findIndex((line) => eventsIn([line])[0] === read)
  text[row] = text[row]?.replace('supportAccess.read', 'supportAccess.reaD') ?? ''
  expect(text).not.toEqual(lines)
  writeFileSync(join(folder, 'bundle'), `${text.join('\n')}\n`)
  const touched = verdict()
  expect(touched).toMatchObject({ status: 10, text: expect.stringMatching(/^TAMPERED: /) })
  const first = Number(/First event that may be touched: (\d+)/.exec(touched.text)?.[1])
  expect(first).toBeLessThanOrEqual(eventsIn(lines).indexOf(read))
}

describe('from a read to a verdict', () => {
  it('JRN-300 MUST lead from a dealer’s question by evidence alone to a report and an offline verdict', async () => {
    const { who: owner, watched } = watch(world.people.owner())
    const asked = await question()
    const { seen, pinned, read } = await investigate(owner, asked)
    await expectPinned(owner, asked, pinned)

    const triaged = await step(owner, 'incidentTriage', {
      id: asked.incident.id,
      version: seen.version,
      reason: 'A read that its ticket covers',
      severity: 'LOW',
      assigneeId: encodeId('User', world.people.membership('PLATFORM_OWNER').userId),
    })
    const closed = await walk(owner, triaged.incident, 'RESOLVED', 'CLOSED')
    await expectReport(owner, closed, pinned)
    expect(watched.texts.length).toBeGreaterThan(2000)
    for (const secret of asked.secrets) expect(watched.texts).not.toContain(secret)

    await expectVerdicts(pinned, read)
  })

  it('JRN-301 MUST show on the incident and its report what was edited past every guard, and that it was put back', async () => {
    const owner = world.people.owner()
    const asked = await question()
    const { seen, read, pinned } = await investigate(owner, asked)
    await walk(owner, seen, 'RESOLVED', 'CLOSED')
    const integrity = async () =>
      (await review(owner, asked.incident.id)).data.incident.evidence.map(
        (one: { kind: string; sequence: string; integrity: string }) => [
          one.sequence ?? one.kind,
          one.integrity,
        ],
      )
    const [before] = await world.sql<{ detail: string }>(
      'select detail::text from audit.event where tenant_id = $1 and id = $2',
      [tenantId(), read],
    )

    await forge(read, '{}')
    const found = await integrity()
    expect(found).toContainEqual([read, 'ALTERED'])
    expect(found).toContainEqual(['QUERY', 'ALTERED'])
    expect(found.filter(([, state]: string[]) => state === 'INTACT')).toHaveLength(pinned.length - 1)
    expect((await reportOf(owner, asked.incident.id)).isReproducible).toBe(false)

    await forge(read, before?.detail ?? '')
    expect((await integrity()).every(([, state]: string[]) => state === 'INTACT')).toBe(true)
    expect((await reportOf(owner, asked.incident.id)).isReproducible).toBe(true)
  })

  it('JRN-302 MUST let one of two reviewers win', async () => {
    const owner = world.people.owner()
    const incident = await report(world.people.admin('north'), 'A list was sent to a stranger')
    const suspect = {
      id: incident.id,
      version: 1,
      reason: 'A list left the house',
      isPersonalInfoSuspected: true,
    }
    const both = await Promise.all([1, 2].map(() => step(owner, 'incidentTriage', suspect)))
    expect(both.map(({ userErrors }) => userErrors[0]?.code ?? 'done').sort()).toEqual(['CONFLICT', 'done'])
    const done = both.find(({ incident: after }) => after)?.incident
    expect(done).toMatchObject({ version: 2, isPersonalInfoSuspected: true })
  })

  it('JRN-304 MUST close no compromise before it was reported', async () => {
    const owner = world.people.owner()
    const incident = await report(world.people.admin('north'), 'A list was sent to a stranger')
    const { incident: done } = await step(owner, 'incidentTriage', {
      id: incident.id,
      version: 1,
      reason: 'A list left the house',
      isPersonalInfoSuspected: true,
    })
    const [row] = await world.sql<{ hours: number }>(
      `select extract(epoch from notice_due_at - reported_at)::int / 3600 as hours from audit.incident
        where notice_due_at is not null and is_personal_info_suspected`,
    )
    expect(row?.hours).toBe(72)

    const resolved = await walk(owner, done, 'IN_REVIEW', 'CONTAINED', 'RESOLVED')
    const close = (parts: object) =>
      step(owner, 'incidentTransition', {
        id: incident.id,
        version: resolved.version,
        to: 'CLOSED',
        reason: 'Everybody concerned was told',
        ...parts,
      })
    const compromise = {
      consequences: 'Unwanted calls',
      measures: 'List recalled',
      advice: 'Trust no caller',
    }
    expect((await close({ compromise })).userErrors).toEqual([{ code: 'INVALID' }])
    expect((await close({ noticeReference: 'IR-2026-1' })).userErrors).toEqual([{ code: 'INVALID' }])
    expect((await close({ to: 'OPEN' })).userErrors).toEqual([{ code: 'STATE_REFUSED' }])
    expect((await close({ compromise, noticeReference: 'IR-2026-1' })).userErrors).toEqual([])
    const made = await reportOf(owner, incident.id)
    expect(made.page).toContain('- Notice to the Regulator: IR-2026-1')
    expect(JSON.parse(made.content).compromise).toMatchObject(compromise)
  })

  it('JRN-303 MUST pin nothing of another group, and nothing that is not there', async () => {
    const owner = world.people.owner()
    const incident = await report(world.people.admin('north'), 'Whose events are these?')
    const [foreign] = await world.sql<{ id: string }>(
      `select e.id::text from audit.event e where tenant_id = $1 and not exists (
         select from audit.event n where n.tenant_id = $2 and n.id = e.id) limit 1`,
      [world.people.store('south-one').groupId, tenantId()],
    )
    const pin = (parts: object) => step(owner, 'incidentPinEvidence', { incidentId: incident.id, ...parts })

    for (const eventIds of [[foreign?.id], ['999999999'], ['one']])
      expect((await pin({ eventIds })).userErrors).toEqual([{ code: 'NOT_FOUND' }])
    for (const parts of [{}, { query: {} }, { query: { actorId: 'nobody' } }])
      expect((await pin(parts)).userErrors).toEqual([{ code: 'INVALID' }])
    expect(
      await world.sql(
        'select from audit.incident_evidence v join audit.incident i on i.id = v.incident_id where i.id = $1',
        [decodeId('Incident', incident.id)],
      ),
    ).toEqual([])
    expect(
      (
        await send(
          owner,
          'incidentHold',
          'IncidentHoldInput',
          { incidentId: incident.id, reason: 'Half a period is none', from: '2026-01-01T00:00:00Z' },
          '',
        )
      ).payload.userErrors,
    ).toEqual([{ code: 'INVALID' }])
  })
})
