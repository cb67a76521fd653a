import { adfLimits } from './limits.js'

/** Every reason to set a document aside, with the sentence shown to the person who looks into it. */
export const quarantineTable = {
  EMPTY: 'The message is empty. Ask the sender to send the lead again.',
  TOO_LARGE: `The message is larger than ${adfLimits.bodyBytes / 1024} KiB, which no lead needs to be. It was not opened.`,
  UNSUPPORTED_ENCODING: 'The message is not written in UTF-8. Ask the sender to send UTF-8.',
  INVALID_UTF8:
    'The message says it is UTF-8 but holds bytes that are not. Ask the sender to send valid UTF-8.',
  INVALID_CHARACTER:
    'The message holds a character that XML forbids, such as NUL. Ask the sender to remove it.',
  DOCTYPE:
    'The message brings its own document type (DOCTYPE), which can be used for attacks. It was not opened.',
  ENTITY_BUDGET: `The message holds more than ${adfLimits.entityReferences} entity references, which no lead needs.`,
  NOT_WELL_FORMED:
    'The message is not well-formed XML: it may have been cut off, or it is not an ADF document.',
  NO_PROSPECT: 'The message is XML but holds no prospect, so there is no lead in it.',
  TOO_MANY_PROSPECTS: `The message holds more than ${adfLimits.prospects} prospects. Ask the sender to split it.`,
  NO_CUSTOMER:
    'The lead names no customer, so nobody can be called back. Ask the sender who the customer is.',
  NO_CONTACT:
    'The lead has neither an e-mail address nor a phone number, so nobody can be called back. Ask the sender for one.',
  READER_FAILED:
    'The reader has a fault and could not finish. The message is kept and can be read again after a repair.',
} as const satisfies Record<string, string>

/** A code of {@link quarantineTable}. */
export type QuarantineCode = keyof typeof quarantineTable
