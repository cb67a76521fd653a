import { type PolicyValues, usualPolicy } from '@autora/shared/access'
import { changeOf, namedKnobs, refuseBelowFloor } from './change.js'
import type { PolicyVersionRow } from './entity.js'

const now = new Date('2026-11-23T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)
const version = (
  number: number,
  effectiveFrom: Date,
  values: Partial<PolicyValues> = {},
): PolicyVersionRow => ({
  ...usualPolicy,
  ...values,
  tenantId: 't',
  version: number,
  effectiveFrom,
  publishedAt: '',
  publishedBy: null,
  approvalId: null,
  reason: null,
})

describe('a change of a policy', () => {
  it('CHG-01 MUST be idle when it says what holds', () => {
    expect(changeOf([], {}, now).isIdle).toBe(true)
    expect(changeOf([version(1, now)], { export: 'FOUR_EYES' }, now).isIdle).toBe(true)
    expect(changeOf([version(1, now)], { export: 'OFF' }, now).isIdle).toBe(false)
  })

  it('CHG-02 MUST follow the version that will hold at its own time', () => {
    const standing = [version(1, now), version(2, inDays(10), { export: 'OFF' })]

    expect(changeOf(standing, { reveal: 'NOBODY' }, inDays(20))).toMatchObject({
      values: { export: 'OFF', reveal: 'NOBODY' },
      loosened: [],
    })
    expect(changeOf(standing, { export: 'FOUR_EYES' }, inDays(20)).loosened).toEqual(['export'])
  })

  it('CHG-03 MUST count what it replaces before that has begun to hold', () => {
    const standing = [version(1, now), version(2, inDays(10), { export: 'OFF' })]

    expect(changeOf(standing, {}, inDays(5))).toMatchObject({ loosened: ['export'], isIdle: false })
    expect(changeOf(standing, { export: 'OFF' }, inDays(5)).loosened).toEqual([])
    const announcedLoosening = [version(1, now), version(2, inDays(10), { marketingContact: 'MASKED' })]
    expect(changeOf(announcedLoosening, {}, now)).toMatchObject({ loosened: [], isIdle: false })
  })

  it('CHG-04 MUST refuse what it makes looser than the floor, and leave alone what was said before the floor came', () => {
    const floor = { salesLeadVisibility: 'ASSIGNED', marketingContact: 'REDACTED' } as const
    const standing = [version(1, now)]

    expect(() => refuseBelowFloor(changeOf(standing, { export: 'OFF' }, now), floor)).not.toThrow()
    expect(() => refuseBelowFloor(changeOf(standing, { marketingContact: 'MASKED' }, now), floor)).toThrow(
      /the platform allows REDACTED/,
    )
  })

  it('CHG-05 MUST take both names of the oldest knob, and no contradiction', () => {
    expect(namedKnobs({ marketingContactMasked: true })).toEqual({ marketingContact: 'MASKED' })
    expect(namedKnobs({ marketingContactMasked: false, marketingContact: 'REDACTED' })).toEqual({
      marketingContact: 'REDACTED',
    })
    expect(namedKnobs({ reveal: null })).toEqual({})
    expect(() => namedKnobs({ marketingContactMasked: true, marketingContact: 'REDACTED' })).toThrow()
  })
})
