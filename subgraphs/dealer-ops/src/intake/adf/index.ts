import { isSupportedCountry } from 'libphonenumber-js/max'
import { type DiagnosticLog, diagnosticLog } from './diagnostics.js'
import { entityLedger } from './entities.js'
import { adfLimits } from './limits.js'
import { readProspect, refusalOf } from './prospect.js'
import { type QuarantineCode, quarantineTable } from './quarantine.js'
import type { AdfReading, LeadDraft } from './reading.js'
import { screen } from './screen.js'
import { childrenOf, parseTree, type XmlElement } from './tree.js'

/**
 * Reads an ADF document: bytes in, drafts and diagnostics out. Pure, and never throws: what cannot be read is set aside
 * with a reason. Tolerant by table of what senders really send (case, namespace prefixes, no envelope, any order), and
 * strict where tolerance would guess (dates, numbers, amounts). One prospect that cannot become a lead sets the whole
 * document aside, because a body is applied or replayed as one. Consent is never inferred: ADF carries none.
 * Source: ADF 1.0 DTD transcript; the DTD itself is not usable for validation.
 *
 * @param options.defaultCountry - ISO 3166 alpha-2 of the store; decides how local phone numbers are read.
 */
export function readAdf(raw: Buffer, options: { defaultCountry: string }): AdfReading {
  const log = diagnosticLog()
  try {
    return read(raw, options.defaultCountry, log)
  } catch {
    return quarantined('READER_FAILED', log) // A fault of ours must not lose the sender's lead.
  }
}

export type { AdfDiagnostic, DiagnosticCode, Severity } from './diagnostics.js'
export { adfLimits } from './limits.js'
export type { QuarantineCode } from './quarantine.js'
export type * from './reading.js'

function read(raw: Buffer, defaultCountry: string, log: DiagnosticLog): AdfReading {
  const { text, refusal } = screen(raw, log)
  if (text === null) return quarantined(refusal, log)

  const ledger = entityLedger()
  const roots = parseTree(text, ledger)
  if (ledger.fault) return quarantined(ledger.fault, log)
  if (roots === null || roots.length === 0) return quarantined('NOT_WELL_FORMED', log)
  for (const note of ledger.notes) log.note(note, '')

  const found = prospectsIn(roots)
  if (found.length === 0) return quarantined('NO_PROSPECT', log)
  if (found.length > adfLimits.prospects) return quarantined('TOO_MANY_PROSPECTS', log)
  if (found.some(({ parent }) => parent !== 'adf')) log.note('NO_ENVELOPE', '')
  if (!isSupportedCountry(defaultCountry)) log.note('DEFAULT_COUNTRY_UNKNOWN', '')
  return readAll(
    found.map(({ element }) => element),
    defaultCountry,
    log,
  )
}

function readAll(elements: readonly XmlElement[], defaultCountry: string, log: DiagnosticLog): AdfReading {
  const prospects = elements.map((element, index) => {
    const path = `prospect[${index}]`
    const draft = readProspect({ element, path, read: new Set(), log }, defaultCountry)
    const refusal = refusalOf(draft)
    if (refusal) log.note(refusal, path)
    return { draft, refusal }
  })
  const drafts = prospects.map(({ draft }) => draft)
  const refusal = prospects.find((prospect) => prospect.refusal !== null)?.refusal
  if (refusal) return quarantined(refusal, log, drafts)
  return { outcome: 'READ', quarantine: null, prospects: drafts, diagnostics: log.entries }
}

/** The outermost prospects, wherever they stand: the envelope may be missing, or wrapped in something else. */
function prospectsIn(
  elements: readonly XmlElement[],
  parent = '',
): { element: XmlElement; parent: string }[] {
  return elements.flatMap((element) =>
    element.name === 'prospect' ? [{ element, parent }] : prospectsIn(childrenOf(element), element.name),
  )
}

/** Nothing of the document is quoted; drafts already read are handed over, so that whoever looks sees what there is. */
function quarantined(
  code: QuarantineCode,
  log: DiagnosticLog,
  prospects: readonly LeadDraft[] = [],
): AdfReading {
  const quarantine = { code, message: quarantineTable[code] }
  return { outcome: 'QUARANTINE', quarantine, prospects, diagnostics: log.entries }
}
