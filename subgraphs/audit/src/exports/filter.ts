import { createHash } from 'node:crypto'
import type { ExportFilter } from './entity.js'

/** SHA-256 of a filter, hexadecimal: the same filter has the same, whatever the order of its actions. */
export const filterHash = ({ format, from, to, actions }: ExportFilter): string =>
  createHash('sha256')
    .update(JSON.stringify([format, from, to, [...actions].sort()]))
    .digest('hex')
