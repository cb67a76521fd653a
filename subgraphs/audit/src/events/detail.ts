import { mask } from '@autora/shared/access'

/** Ids, states, names of things in the code, times and hashes: what says nothing about a person. */
const plain =
  /^([a-z]{3}_[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[A-Z0-9_]*|[A-Za-z]+([.:][A-Za-z]+)*|\d{4}-\d\d-\d\dT[\d:.]+Z)$/

const masked = (value: unknown): unknown => {
  if (typeof value === 'string') return plain.test(value) ? value : mask(value)
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, masked(one)]))
}

/** A detail as the owner of the platform reads it: reasons and other words of people are masked. */
export const maskedDetail = (detail: string): string => JSON.stringify(masked(JSON.parse(detail)))
