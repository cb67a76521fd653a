import { auditSdl } from '@autora/audit'
import { dealerOpsSdl } from '@autora/dealer-ops'
import { identitySdl } from '@autora/identity'
import { classTable } from '@autora/shared/access'
import { mutationEvents } from '@autora/shared/audit'
import { fieldRules } from '@autora/shared/schema'
import { isInterfaceType, isNonNullType, isObjectType, parse } from 'graphql'
import { rootFields, rules, supergraph } from '../kit/supergraph.js'

const own = Object.values(supergraph.getTypeMap()).filter(
  (type) =>
    !/^(__|join__|link__|core__)/.test(type.name) &&
    !['String', 'ID', 'Int', 'Float', 'Boolean'].includes(type.name),
)
const sdls = { identity: identitySdl, dealer_ops: dealerOpsSdl, audit: auditSdl }

describe('the composed schema', () => {
  it('SCH-01 MUST give every field an action and a class', () => {
    expect(rules.faults).toEqual([])
  })

  it.each(Object.entries(sdls))('SCH-01 MUST do so in the subgraph %s as well', (_name, sdl) => {
    expect(fieldRules(parse(typeof sdl === 'function' ? sdl() : sdl)).faults).toEqual([])
  })

  it('SCH-02 MUST have no interface with fields: shield ignores rules on them', () => {
    expect(own.filter((type) => isInterfaceType(type)).map((type) => type.name)).toEqual([])
  })

  it('SCH-03 MUST let every field be null that somebody sees redacted, or a redaction would take its parents along', () => {
    const redactable = (dataClass: keyof typeof classTable) =>
      classTable[dataClass].some((cell) => ['R', 'R~', 'M+'].includes(cell))
    const faults = own.flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter((field) => {
              const rule = rules.fields.get(`${type.name}.${field.name}`)
              return rule && redactable(rule.dataClass) && isNonNullType(field.type)
            })
            .map((field) => `${type.name}.${field.name}`)
        : [],
    )

    expect(faults).toEqual([])
  })

  it('SCH-04 MUST describe every type, field, argument and enum value', () => {
    const faults: string[] = []
    for (const type of own) {
      if (!type.description && !['Query', 'Mutation'].includes(type.name)) faults.push(type.name)
      if (isObjectType(type))
        for (const field of Object.values(type.getFields())) {
          if (!field.description) faults.push(`${type.name}.${field.name}`)
          for (const argument of field.args)
            if (!argument.description) faults.push(`${type.name}.${field.name}(${argument.name}:)`)
        }
    }

    expect(faults).toEqual([])
  })

  it('SCH-05 MUST let every root field be null', () => {
    const faults = [...rootFields('Query'), ...rootFields('Mutation')].filter((field) =>
      isNonNullType(field.type),
    )

    expect(faults.map((field) => field.name)).toEqual([])
  })

  it('AUD-05 MUST map every mutation to its audit events, and no mutation that does not exist', () => {
    expect(Object.keys(mutationEvents).sort()).toEqual(
      rootFields('Mutation')
        .map((field) => field.name)
        .sort(),
    )
  })
})

describe('a planted fault', () => {
  it.each([
    ['a field without an action', 'type T { name: String @data(class: "PUBLIC") }', 'T.name has no action'],
    [
      'a field without a class',
      'type T { name: String @access(action: "viewer:read") }',
      'T.name has no class',
    ],
    [
      'a misspelt action',
      'type T @access(action: "viewer:reed") @data(class: "PUBLIC") { name: String }',
      'T.name names the unknown action viewer:reed',
    ],
    [
      'a misspelt class',
      'type T @access(action: "viewer:read") @data(class: "PUBLIK") { name: String }',
      'T.name names the unknown class PUBLIK',
    ],
  ])('SCH-06 MUST be named: %s', (_name, sdl, fault) => {
    expect(fieldRules(parse(sdl)).faults.join()).toContain(fault)
  })
})
