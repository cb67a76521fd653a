import {
  type AccessProfile,
  actions,
  dataClasses,
  decideAction,
  decideClass,
  decideField,
  graphRules,
  isLooser,
  isStricter,
  looserKnobs,
  type Principal,
  policyKnobNames,
  policyKnobs,
  policyMeaning,
  principals,
  profileKey,
  readPolicyValue,
  usualPolicy,
  withinFloor,
} from './index.js'

const profile = (principal: Principal, more: Partial<AccessProfile> = {}): AccessProfile => ({
  principal,
  grant: null,
  scopes: [],
  marketingContactMasked: false,
  ...more,
})

describe('the knobs', () => {
  it('KNB-01 MUST have values from strict to loose, a usual one among them, and a meaning for each', () => {
    for (const knob of policyKnobNames) {
      const table = policyKnobs[knob]
      const values =
        'values' in table
          ? table.values
          : [String(table.strictest), String(table.usual), String(table.loosest)]
      values.forEach((value, index) => {
        expect(readPolicyValue(knob, value)).not.toBeNull()
        expect(policyMeaning(knob, value)).not.toBe('')
        const next = values[index + 1]
        if (next !== undefined)
          expect([isLooser(knob, next, value), isLooser(knob, value, next)]).toEqual([true, false])
      })
      expect(readPolicyValue(knob, String(table.usual))).toBe(table.usual)
    }
  })

  it.each(['25', '0', '-1', '1.5', '', '6 ', 'six', '00006'])(
    'KNB-02 MUST NOT take %j for a number of months',
    (text) => {
      expect(readPolicyValue('leadRetentionMonths', text)).toBeNull()
    },
  )

  it('KNB-03 MUST bound what is looser than the floor and nothing else', () => {
    const floor = {
      salesLeadVisibility: 'ASSIGNED',
      leadRetentionMonths: 12,
      reveal: 'ADMIN_AND_ASSIGNED',
    } as const

    expect(withinFloor(usualPolicy, floor)).toEqual({ ...usualPolicy, salesLeadVisibility: 'ASSIGNED' })
    expect(looserKnobs(withinFloor(usualPolicy, floor), floor)).toEqual([])
    expect(withinFloor({ ...usualPolicy, leadRetentionMonths: 13 }, floor).leadRetentionMonths).toBe(12)
    expect(withinFloor(usualPolicy, {})).toBe(usualPolicy)
  })

  it.each<[string, Principal, Partial<AccessProfile>, boolean]>([
    ['everybody of the store', 'DEALER_SALES', {}, true],
    ['the admin only', 'DEALER_SALES', { reveal: 'ADMIN' }, false],
    ['the admin only', 'DEALER_ADMIN', { reveal: 'ADMIN' }, true],
    ['nobody', 'DEALER_ADMIN', { reveal: 'NOBODY' }, false],
  ])('KNB-04 MUST decide who reveals: %s, %s', (_what, principal, more, allowed) => {
    expect(decideAction('field:reveal', profile(principal, more)).allowed).toBe(allowed)
  })
})

describe('a profile that is limited by another', () => {
  const pairs = principals.flatMap((one) => principals.map((other) => [one, other] as const))

  it('KNB-10 MUST get the stricter of both, for every deed, class and field of the graph, in both orders', () => {
    for (const [one, other] of pairs) {
      const both = profile(one, { limitedBy: profile(other) })
      const swapped = profile(other, { limitedBy: profile(one) })
      for (const action of actions)
        expect(decideAction(action, both).allowed).toBe(
          decideAction(action, profile(one)).allowed && decideAction(action, profile(other)).allowed,
        )
      for (const dataClass of dataClasses) {
        expect(decideClass(dataClass, both)).toBe(decideClass(dataClass, swapped))
        for (const alone of [one, other])
          expect(isStricter(decideClass(dataClass, profile(alone)), decideClass(dataClass, both))).toBe(false)
      }
      for (const rule of graphRules.values()) {
        const { visibility } = decideField(rule, both)
        expect(visibility).toBe(decideField(rule, swapped).visibility)
        for (const alone of [one, other])
          expect(isStricter(decideField(rule, profile(alone)).visibility, visibility)).toBe(false)
      }
    }
  })

  it('KNB-11 MUST have a key of its own', () => {
    const keys = pairs.map(([one, other]) => profileKey(profile(one, { limitedBy: profile(other) })))
    const plain = principals.map((principal) => profileKey(profile(principal)))
    const knobs = [
      profileKey(profile('DEALER_SALES', { reveal: 'ADMIN' })),
      profileKey(profile('DEALER_SALES', { export: 'OFF' })),
    ]

    expect(new Set([...keys, ...plain, ...knobs]).size).toBe(keys.length + plain.length + knobs.length)
  })
})
