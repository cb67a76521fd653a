import { type Place, text } from './place.js'

/** The instant an element names, as ISO 8601 in UTC. Unreadable ones are noted and null. */
export function readInstant(place: Place | null): string | null {
  const written = place && text(place)
  if (!place || written === null) return null
  const instant = parseInstant(written)
  if (instant === null) place.log.note('DATE_UNREADABLE', place.path)
  return instant
}

/**
 * ISO 8601 date and time with an offset, to an instant in UTC. A local time without offset, a date alone and a day that
 * the calendar does not have give null: a time is never guessed. Source: ADF 1.0 DTD transcript, `requestdate`.
 */
export function parseInstant(written: string): string | null {
  const match = iso.exec(written)
  if (!match) return null
  const [, date = '', time = '', seconds = ':00', fraction = '', offset = ''] = match
  const wall = `${date}T${time}${seconds}`
  const asUtc = new Date(`${wall}Z`)
  // The calendar check: JavaScript rolls 30 February over into March.
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(0, 19) !== wall) return null
  const minutes = offsetMinutes(offset)
  if (Math.abs(minutes) > 14 * 60) return null
  const millis = Number(fraction.slice(1, 4).padEnd(3, '0'))
  return new Date(asUtc.getTime() + millis - minutes * 60_000).toISOString()
}

const iso = /^([12]\d{3}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})? ?([Zz]|[+-]\d\d(?::?[0-5]\d)?)$/

function offsetMinutes(offset: string): number {
  if (/^z$/i.test(offset)) return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', ''))
  return offset.startsWith('-') ? -minutes : minutes
}
