import { createHash } from 'node:crypto'

/**
 * The id of a flag, made from what raised it: read again, the same trail gives the same flags, and decisions about them
 * stay where they belong. A UUID of version 8 (RFC 9562).
 */
export function flagId(rule: string, tenantId: string, about: string, first: string): string {
  const bytes = createHash('sha256')
    .update([rule, tenantId, about, first].join('\n'))
    .digest()
    .subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
