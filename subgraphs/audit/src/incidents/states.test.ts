import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { freshDatabase } from '../../../../test/kit/database.js'
import { allRules } from '../flags/index.js'
import { type IncidentStatus, incidentSteps } from './index.js'

const page = readFileSync(join(__dirname, '../../../../docs/audit/incidents.md'), 'utf8')
const states = Object.keys(incidentSteps) as IncidentStatus[]
let adminUrl: string
beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
})

const may = (from: IncidentStatus, to: IncidentStatus) => incidentSteps[from].includes(to)

/** Tries to change an incident past every wall but the triggers, and takes it back. @returns SQLSTATE or `done`. */
const attempt = (status: string, change: string) =>
  withClient(adminUrl, async (db) => {
    await db.query('begin')
    const { rows } = await db.query<{ id: string }>(
      `insert into audit.incident (tenant_id, category, summary, status, reported_by)
       select tenant_id, 'OTHER', 'Planted by a test', $1, gen_random_uuid()
         from identity.dealer_group where kind <> 'PLATFORM' limit 1 returning id`,
      [status],
    )
    try {
      await db.query(`update audit.incident set ${change} where id = '${rows[0]?.id}'`)
      return 'done'
    } catch (error) {
      return (error as { code: string }).code
    } finally {
      await db.query('rollback')
    }
  })

const pairs = states.flatMap((from) => states.filter((to) => to !== from).map((to) => [from, to] as const))

describe('the states of an incident', () => {
  it('INC-10 MUST follow each other in the database as in the service, and no others', async () => {
    for (const [from, to] of pairs) {
      const refused = may(from, to) ? 'done' : 'AU020'
      expect([from, to, await attempt(from, `status = '${to}', version = 2`)]).toEqual([from, to, refused])
    }
  })

  it('INC-11 MUST all be reached from OPEN, and none be a trap', () => {
    const reached = new Set<IncidentStatus>(['OPEN'])
    for (const state of reached) for (const next of incidentSteps[state]) reached.add(next)

    expect([...reached].sort()).toEqual([...states].sort())
    expect(states.filter((state) => incidentSteps[state].length === 0)).toEqual([])
  })

  it.each([
    ['a change that does not count the version on', 'OPEN', `severity = 'LOW'`, 'AU020'],
    ['a change that skips a version', 'OPEN', `severity = 'LOW', version = 3`, 'AU020'],
    ['a judgement of what is over', 'CLOSED', `severity = 'LOW', version = 2`, 'AU020'],
    [
      'an end of a compromise that nobody reported',
      'RESOLVED',
      `status = 'CLOSED', is_personal_info_suspected = true, version = 2`,
      'AU020',
    ],
    [
      'an end of one that was reported',
      'RESOLVED',
      `status = 'CLOSED', is_personal_info_suspected = true, notice_reference = 'R-1', version = 2`,
      'done',
    ],
    ['a state that does not exist', 'OPEN', `status = 'LOST', version = 2`, 'AU020'],
  ])('INC-12 MUST be kept by the database: %s', async (_name, status, change, outcome) => {
    expect(await attempt(status, change)).toBe(outcome)
  })

  it('MUST be those that the page shows', () => {
    const rows = states.map((state) => `| ${state} | ${incidentSteps[state].join(', ')} |`)

    expect(page).toContain(`| From | To |\n|---|---|\n${rows.join('\n')}\n\n`)
  })
})

it('MUST show on the page every rule that raises flags, with its numbers', () => {
  const rows = allRules.map(
    ({ id, severity, threshold, window }) => `| ${id} | ${severity} | ${threshold} | ${window / 60} min |`,
  )

  expect(page).toContain(`| Rule | Severity | From | Within |\n|---|---|---|---|\n${rows.join('\n')}\n`)
})
