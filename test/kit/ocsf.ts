import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '../../subgraphs/audit/src/exports/ocsf.js'

/** What a class or an object of OCSF demands; a type is a scalar, an object's name, a list of one (`[]name`) or numbers. */
interface Demand {
  readonly required: readonly string[]
  readonly atLeastOne?: readonly string[]
  readonly attributes: Readonly<Record<string, string | readonly number[]>>
}

const schema = JSON.parse(
  readFileSync(join(__dirname, '../../subgraphs/audit/src/exports/ocsf-schema.json'), 'utf8'),
) as { classes: Record<string, Demand>; objects: Record<string, Demand> }

type Json = Readonly<Record<string, unknown>>

const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  integer: Number.isSafeInteger,
  long: Number.isSafeInteger,
  timestamp: Number.isSafeInteger,
  boolean: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object' && value !== null,
}
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function faultsOf(value: unknown, type: string | readonly number[] | undefined, path: string): string[] {
  if (type === undefined) return [`${path} is unknown to the schema`]
  if (typeof type !== 'string')
    return type.includes(value as number) ? [] : [`${path} is not among its values`]
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((item, index) => faultsOf(item, type.slice(2), `${path}[${index}]`))
  }
  const object = schema.objects[type]
  if (object) return meets(value as Json, object, path)
  return (scalars[type] ?? isText)(value) ? [] : [`${path} is no ${type}`]
}

function meets(value: Json, { required, atLeastOne, attributes }: Demand, path: string): string[] {
  return [
    ...required.filter((name) => value[name] === undefined).map((name) => `${path}.${name} is missing`),
    ...(atLeastOne && !atLeastOne.some((name) => name in value) ? [`${path} has none of ${atLeastOne}`] : []),
    ...Object.entries(value).flatMap(([name, member]) =>
      faultsOf(member, attributes[name], `${path}.${name}`),
    ),
  ]
}

/** What is wrong with an OCSF record by the schema, and whether its attestation covers it; empty: nothing. */
export function ocsfFaults(event: Json): string[] {
  const demand = schema.classes[String(event.class_uid)]
  if (!demand) return [`class ${String(event.class_uid)} is not known`]
  const [{ fingerprint, ...attestation }] = event.attestation_list as [
    Json & { fingerprint: { value: string } },
  ]
  const covered = canonicalJson({ ...event, attestation_list: [attestation] })
  const isCovered = createHash('sha256').update(covered).digest('hex') === fingerprint.value
  return [...meets(event, demand, 'event'), ...(isCovered ? [] : ['the attestation is of another record'])]
}
