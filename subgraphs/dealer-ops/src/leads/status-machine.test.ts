import {
  afterAssignment,
  afterContact,
  isClosed,
  type LeadStatus,
  mayMove,
  transitions,
} from './status-machine.js'

const statuses = Object.keys(transitions) as readonly LeadStatus[]
const way: readonly LeadStatus[] = [
  'NEW',
  'ASSIGNED',
  'CONTACTED',
  'ENGAGED',
  'APPOINTMENT_SET',
  'VISITED',
  'NEGOTIATING',
]
const ends: readonly LeadStatus[] = ['WON', 'LOST', 'DUPLICATE', 'SPAM', 'MERGED']

describe('the status of a lead', () => {
  it('goes forward on its way, skipping or not, and never back', () => {
    for (const [from, status] of way.entries())
      for (const [to, next] of way.entries())
        expect([status, next, mayMove(status, next)]).toEqual([status, next, to > from])
  })

  it.each([...way, 'REOPENED' as const])('may end any way while it is %s', (status) => {
    expect(ends.filter((end) => mayMove(status, end))).toEqual(ends)
    expect(isClosed(status)).toBe(false)
  })

  it.each(ends)('stays %s, unless it was lost and is reopened', (end) => {
    const next = statuses.filter((status) => mayMove(end, status))

    expect(next).toEqual(end === 'LOST' ? ['REOPENED'] : [])
    expect(isClosed(end)).toBe(true)
  })

  it('goes on like an assigned one when it is reopened', () => {
    expect(transitions.REOPENED).toEqual(transitions.ASSIGNED)
  })

  it('moves by an assignment only when it is new', () => {
    expect(afterAssignment('NEW')).toBe('ASSIGNED')
    for (const status of statuses.filter((one) => one !== 'NEW')) expect(afterAssignment(status)).toBe(status)
  })

  it('moves by an answer of a person only while one is waited for, and as a change of status may', () => {
    const moved = statuses.filter((status) => afterContact(status) !== status)

    expect(moved).toEqual(['NEW', 'ASSIGNED', 'REOPENED'])
    for (const status of moved) expect(mayMove(status, afterContact(status))).toBe(true)
  })
})
