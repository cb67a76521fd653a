import type { EventRecord } from './record.js'

/** Columns of the CSV form, in their order. The last record is the trailer and has the same columns. */
export const csvColumns = [
  'record',
  'index',
  'recordedAt',
  'action',
  'actionVersion',
  'outcome',
  'actorPrincipal',
  'actorId',
  'grantId',
  'requestId',
  'storeId',
  'targetType',
  'targetId',
  'detail',
  'leafHash',
] as const

/** What makes a spreadsheet take a cell for a formula: also full-width, also behind white space and invisible signs. */
const dangerous = /^[\s\p{Cf}\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u

/**
 * One cell: always in quotes (RFC 4180), and with an apostrophe in front where a spreadsheet would calculate (CWE-1236).
 */
export const csvCell = (value: string): string =>
  `"${(dangerous.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`

/** One record, with its CRLF. */
export const csvRecord = (values: readonly string[]): string => `${values.map(csvCell).join(',')}\r\n`

/** The first record. */
export const csvHeader = (): string => csvRecord(csvColumns)

/** An event as a record. */
export const csvEvent = ({ envelope, body, leafHash }: EventRecord): string =>
  csvRecord([
    'EVENT',
    String(envelope.index),
    envelope.recordedAt,
    body.action,
    String(body.actionVersion),
    body.outcome,
    envelope.principal,
    envelope.actorId,
    envelope.grantId === '-' ? '' : envelope.grantId,
    envelope.requestId,
    body.store ?? '',
    body.target.type,
    body.target.id,
    JSON.stringify(body.detail),
    leafHash,
  ])

/** The last record: its `detail` says what the export should have held. */
export const csvTrailer = (trailer: object): string =>
  csvRecord(
    csvColumns.map((name) =>
      name === 'record' ? 'TRAILER' : name === 'detail' ? JSON.stringify(trailer) : '',
    ),
  )
