import { systemActor } from '@autora/shared/actor'
import { TenantDatabase, withClient } from '@autora/shared/database'
import { type RequestContext, requestContext } from '@autora/shared/request'
import { createLog } from '@autora/shared/telemetry'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { sealFor } from '../../../../test/kit/direct-call.js'
import { KeyUses } from './index.js'
import type { UsedKey } from './key-uses-service.js'

let adminUrl: string
let database: TenantDatabase
let key: UsedKey
beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
  database = await TenantDatabase.open({ url: roleUrlOf(adminUrl, 'identity'), applicationName: 'test' })
  await sql(`
    create table public.writes (outcome text);
    create function public.count_write() returns trigger language plpgsql security definer as $$
      begin insert into public.writes values (new.outcome); return new; end $$;
    create trigger count_writes after insert or update on identity.api_key_use
      for each row execute function public.count_write();`)
  const [found] = await sql<UsedKey>(`
    select id as "keyId", tenant_id as "tenantId", app_id as "appId", store_ids[1] as "soleStoreId"
      from identity.api_key limit 1`)
  if (!found) throw new Error('the demo has no key')
  key = found
})
beforeEach(() => {
  lines.length = 0
})
afterAll(() => database.close())

const sql = <Row extends object>(text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)

const lines: string[] = []
/** The platform at a time. */
const at = (time: string): RequestContext =>
  requestContext(
    { actor: systemActor, requestId: 'test-request' },
    sealFor(systemActor, 'identity'),
    database,
    {
      clock: { now: () => new Date(time) },
      log: createLog('identity', (line) => lines.push(line)),
    },
  )

describe('the last use of a key', () => {
  it('KEY-19 MUST cost one write a minute for 10000 uses in several processes, and never move backwards', async () => {
    const processes = [new KeyUses(), new KeyUses()]
    const use = async (time: string, outcome: string | null = null) => {
      const ctx = at(time)
      for (const uses of processes) for (let n = 0; n < 5_000; n += 1) uses.note(ctx, key, outcome)
      for (const uses of processes) await uses.settled()
    }

    await use('2026-11-20T10:00:05Z')
    await use('2026-11-20T10:00:50Z')
    await use('2026-11-20T10:01:00Z')
    await use('2026-11-20T09:59:59Z')
    await use('2026-11-20T10:01:30Z', 'KEY_EXPIRED')

    expect(await sql('select at, outcome from identity.api_key_use order by outcome')).toEqual([
      { at: new Date('2026-11-20T10:01:30Z'), outcome: 'KEY_EXPIRED' },
      { at: new Date('2026-11-20T10:01:00Z'), outcome: 'USED' },
    ])
    expect(await sql('select outcome, count(*)::int as n from public.writes group by 1 order by 1')).toEqual([
      { outcome: 'KEY_EXPIRED', n: 1 },
      { outcome: 'USED', n: 2 },
    ])
    expect(
      await sql(
        `select detail->>'reason' as reason, outcome from audit.event where action = 'apiKey.refused'`,
      ),
    ).toEqual([{ reason: 'KEY_EXPIRED', outcome: 'DENY' }])
    expect(lines).toEqual([])
  })

  it('KEY-19 MUST not be lost without a word', async () => {
    const uses = new KeyUses()

    uses.note(at('2026-11-20T10:05:00Z'), { ...key, tenantId: key.appId }, null)
    await uses.settled()

    expect(lines.join('\n')).toContain('key.useNotNoted')
  })
})
