import type { DiagnosticLog } from './diagnostics.js'
import { isXmlText } from './entities.js'
import { adfLimits } from './limits.js'
import type { QuarantineCode } from './quarantine.js'

/**
 * From bytes to text that is fit for the parser, or the reason why not. Checks size, encoding, forbidden characters
 * and DOCTYPE before any parser sees the body, then repairs what is known to be sent: text around the document and an
 * ADF instruction in front of the XML declaration.
 */
export function screen(raw: Buffer, log: DiagnosticLog): Screened {
  if (raw.length > adfLimits.bodyBytes) return refuse('TOO_LARGE')
  if (isWide(raw)) return refuse('UNSUPPORTED_ENCODING')
  const decoded = decodeUtf8(raw)
  if (decoded === null)
    return refuse(declaresOther(raw.toString('latin1')) ? 'UNSUPPORTED_ENCODING' : 'INVALID_UTF8')
  if (!isXmlText(decoded)) return refuse('INVALID_CHARACTER')
  if (decoded.trim() === '') return refuse('EMPTY')
  if (/<!DOCTYPE/i.test(decoded)) return refuse('DOCTYPE')
  const text = dropInstruction(cutOut(decoded, log), log)
  if (declaresOther(text)) return refuse('UNSUPPORTED_ENCODING')
  return { text: text.replace(prolog, ''), refusal: null }
}

/** Either a text or a refusal. */
export type Screened =
  | { readonly text: string; readonly refusal: null }
  | { readonly text: null; readonly refusal: QuarantineCode }

const refuse = (refusal: QuarantineCode): Screened => ({ text: null, refusal })

/** UTF-16 and UTF-32, told by their byte order mark or by the zero byte beside the first `<`. */
const wideStarts = ['fffe', 'feff', '0000feff', '3c00', '003c', '0000003c']

function isWide(raw: Buffer): boolean {
  const start = raw.subarray(0, 4).toString('hex')
  return wideStarts.some((wide) => start.startsWith(wide))
}

function decodeUtf8(raw: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch {
    return null
  }
}

/** The document from its first `<` to its last `>`; mail software puts words around it. */
function cutOut(text: string, log: DiagnosticLog): string {
  const start = text.indexOf('<')
  const end = text.lastIndexOf('>') + 1
  if (start < 0 || end <= start) return ''
  if (text.slice(0, start).trim() !== '') log.note('LEADING_TEXT_DROPPED', '')
  if (text.slice(end).trim() !== '') log.note('TRAILING_TEXT_DROPPED', '')
  return text.slice(start, end)
}

/** `<?ADF …?>` before `<?xml …?>` is not well-formed, yet the example of the specification shows it so. */
function dropInstruction(text: string, log: DiagnosticLog): string {
  const dropped = text.replace(/^<\?adf\s[^<>]*\?>\s*(?=<\?xml\s)/i, '')
  if (dropped.length < text.length) log.note('ADF_INSTRUCTION_DROPPED', '')
  return dropped
}

/** Declaration and instructions say nothing more, and the parser would trip over a lone quote in one of them. */
const prolog = /^(?:<\?[\s\S]*?\?>\s*)*/

/** Whether the XML declaration names an encoding other than UTF-8 or its subset US-ASCII. */
function declaresOther(text: string): boolean {
  const declaration = /<\?xml\s[^<>]*\sencoding\s*=\s*["']([^"'<>]*)["']/.exec(text.slice(0, 1024))
  return declaration !== null && !/^(?:utf-?8|us-ascii)$/i.test(declaration[1] ?? '')
}
