import { adfLimits } from './limits.js'

/**
 * Replaces the five named entities of XML and numeric references by their characters. A reference never grows, is
 * never looked up anywhere and is never decoded twice. Anything else after `&` stays as it was written, because senders
 * forget to escape. What went wrong is gathered in `ledger`; once it holds a fault nothing more is decoded.
 * Source: XML 1.0 (fifth edition) §4.1 and §4.6.
 */
export function decodeEntities(text: string, ledger: EntityLedger): string {
  if (!text.includes('&')) return text
  return text.replace(reference, (whole: string, name: string | undefined) => {
    ledger.references += 1
    if (ledger.references > adfLimits.entityReferences) ledger.fault ??= 'ENTITY_BUDGET'
    if (ledger.fault) return whole
    if (name === undefined) return undecoded(whole, 'UNESCAPED_AMPERSAND', ledger)
    if (name.startsWith('#')) return numeric(whole, name, ledger)
    return named.get(name) ?? undecoded(whole, 'UNKNOWN_ENTITY', ledger)
  })
}

/** What the decoder has spent and noticed in one document. */
export interface EntityLedger {
  references: number
  fault: 'ENTITY_BUDGET' | 'INVALID_CHARACTER' | null
  readonly notes: Set<'UNESCAPED_AMPERSAND' | 'UNKNOWN_ENTITY'>
}

/** A fresh ledger, for one document. */
export function entityLedger(): EntityLedger {
  return { references: 0, fault: null, notes: new Set() }
}

/**
 * Whether every character may stand in an XML document: NUL, other control characters, lone surrogates and U+FFFE may
 * not. Source: XML 1.0 (fifth edition) §2.2, production Char.
 */
export function isXmlText(text: string): boolean {
  return !forbidden.test(text)
}

const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u
const reference = /&(?:(#x[0-9a-fA-F]+|#[0-9]+|[A-Za-z][A-Za-z0-9]{0,31});)?/g
const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

function numeric(whole: string, name: string, ledger: EntityLedger): string {
  const codePoint = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  const character = codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\0'
  if (isXmlText(character)) return character
  ledger.fault = 'INVALID_CHARACTER'
  return whole
}

function undecoded(
  whole: string,
  note: 'UNESCAPED_AMPERSAND' | 'UNKNOWN_ENTITY',
  ledger: EntityLedger,
): string {
  ledger.notes.add(note)
  return whole
}
