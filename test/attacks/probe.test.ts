import { startWorld, type World } from '../kit/world.js'
let world: World
beforeAll(async () => { world = await startWorld() })
afterAll(() => world.close())
it('probe', async () => {
  const admin = world.people.admin('north')
  const a = await admin.send(`{ store(id: ${'['.repeat(20_000)}) { id } }`)
  console.log(a.status, a.text.slice(0, 500))
  const b = await admin.send('query Q($t: DateTime) { appointments(filter: { from: $t }) { __typename } }', { t: 'x'.repeat(90_000) })
  console.log(b.status, b.text.length, b.text.slice(0, 500))
  for (const q of ['query __proto__ { me { principal } }', 'query constructor { me { principal } }', '{ me { ...toString } } fragment toString on Viewer { principal }', '{ me { ...__proto__ } } fragment __proto__ on Viewer { principal }','{ me { toString: principal hasOwnProperty: principal valueOf: scopes } }', '{ me { then: principal } }', '{ then: me { principal } toJSON: me { principal } }', '{ leads(first:1){edges{node{customer{hasOwnProperty: firstName toString: firstName}}}}}'])  {
    for (const c of [admin, world.people.marketing('north-one')]) { const r = await c.send(q); console.log(q, r.status, r.text.slice(0, 600)) }
  }
  const r = await admin.post('/graphql', JSON.stringify({query: 'query __proto__ { me { principal } }', operationName: '__proto__'}), {'content-type':'application/json'})
  console.log(r.status, r.text)
  for (const after of [Buffer.from('9999-99-99T99:99:99Z|00000000-0000-0000-0000-000000000000').toString('base64url'), Buffer.from('2026-01-01T00:00:00Z|123').toString('base64url'), Buffer.from('2026-01-01T00:00:00Z|------------------------------------').toString('base64url')])
    for (const f of ['leads', 'stores', 'auditEvents', 'users', 'apiKeys', 'incidents', 'supportGrants', 'inbox', 'dealerGroups']) {
      const r = await admin.send(`query A($after: String) { ${f}(after: $after) { pageInfo { hasNextPage } } }`, { after })
      console.log(f, r.status, r.text.slice(0, 300))
    }
})
