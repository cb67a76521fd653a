import { ocsfFaults } from '../../../../test/kit/ocsf.js'
import { canonicalJson, ocsfEvent } from './ocsf.js'
import type { EventRecord } from './record.js'

const cut = { size: 12, checkpointSize: 40, checkpoint: 'log.example\n40\nroot\n\n— signature' }

const recordOf = (action: string, outcome: 'ALLOW' | 'DENY' | 'ERROR', principal: string): EventRecord => ({
  envelope: {
    tenantId: 'tenant',
    index: 7,
    epoch: 1,
    xid: '900',
    id: '17',
    recordedAt: '2026-10-01T08:00:00.123456Z',
    dbUser: 'autora_identity',
    actorId: 'actor',
    principal,
    grantId: principal === 'PLATFORM_SUPPORT' ? 'grant' : '-',
    requestId: 'request',
  },
  body: {
    action,
    actionVersion: 1,
    detail: {},
    outcome,
    store: 'store',
    target: { id: 'target', type: 'User' },
  },
  leaf: 'leaf',
  leafHash: 'hash',
})

const event = (action: string, outcome: 'ALLOW' | 'DENY' | 'ERROR' = 'ALLOW', principal = 'DEALER_ADMIN') =>
  ocsfEvent(recordOf(action, outcome, principal), cut) as Readonly<Record<string, unknown>>

describe('an OCSF record', () => {
  it.each([
    ['account.signedIn', 3002],
    ['user.deactivated', 3001],
    ['membership.ended', 3005],
    ['lead.created', 6003],
    ['personalData.read', 6005],
    ['something.else', 6003],
  ])('MUST meet the schema for %s', (action, uid) => {
    for (const outcome of ['ALLOW', 'DENY', 'ERROR'] as const)
      for (const principal of ['DEALER_SALES', 'PLATFORM_SUPPORT', 'PARTNER', 'SYSTEM']) {
        const record = event(action, outcome, principal)
        expect(record.class_uid).toBe(uid)
        expect(ocsfFaults(record)).toEqual([])
      }
  })

  it('names whose account it is about, not who changed it', () => {
    expect(event('user.deactivated').user).toEqual({ uid: 'target' })
    expect(event('account.signedIn').user).toEqual({ uid: 'actor' })
  })

  it('MUST show in its attestation when it was changed after the export', () => {
    expect(ocsfFaults({ ...event('lead.created'), time: 1 })).toEqual([
      'the attestation is of another record',
    ])
  })

  it('MUST be found at fault by the schema when something is missing or made up', () => {
    const { api: _api, ...without } = event('lead.created')
    expect(ocsfFaults(without)).toContain('event.api is missing')
    expect(ocsfFaults({ ...without, colour: 'red' })).toContain('event.colour is unknown to the schema')
  })
})

it('canonical JSON is that of RFC 8785, section 3.2.3', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '1': 'One',
    '\ud83d\ude00': 'Smiley',
    ö: 'o',
  }
  expect(canonicalJson(value)).toBe(
    '{"\\r":"Carriage Return","1":"One","ö":"o","€":"Euro Sign","😀":"Smiley"}',
  )
  expect(canonicalJson([1e21, 0.000001, -0, null, true])).toBe('[1e+21,0.000001,0,null,true]')
})
