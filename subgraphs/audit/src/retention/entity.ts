/** A partition of the trail: its month, or for the oldest one everything up to the end of its month. */
export interface TrailMonth {
  /** Null: from the begin of the trail. */
  readonly from: string | null
  /** The begin of the next month, ISO 8601 in UTC. */
  readonly until: string
}

/** What a tenant has in a month. */
export interface MonthTenant {
  readonly tenantId: string
  readonly events: number
  /** Of them, those that have a leaf. */
  readonly leaves: number
  readonly firstIndex: number
  readonly lastIndex: number
  readonly lastBatch: number
}

/** One leaf as the log knows it; the event may be gone. */
export interface KnownLeaf {
  readonly index: number
  readonly hash: Buffer
  readonly leaf: string | null
}

/** The file of one tenant in a sealed month: a leaf a line, as a JSON string, ascending by index, gzip. */
export interface SealedFile {
  readonly tenant: string
  readonly file: string
  /** Of the file as it lies there, hex. */
  readonly sha256: string
  readonly entries: number
  readonly firstIndex: number
  readonly lastIndex: number
  /** SHA-256 over the leaf hashes one after the other, hex: audit.leaf has to give the same. */
  readonly digest: string
}

/** `manifest.json` of a sealed month. */
export interface Manifest {
  readonly format: 'autora-archive/1'
  readonly month: string
  readonly from: string | null
  readonly until: string
  /** Signed and cosigned; everything in the files is under it. */
  readonly checkpoint: string
  readonly checkpointSize: number
  readonly files: readonly SealedFile[]
}

/** A sealed month, re-read from its files and compared with the log. */
export interface SealedMonth {
  readonly manifest: Manifest
  /** Of manifest.json, hex. */
  readonly manifestSha256: string
}

/** Why a month cannot be sealed, or that an archive is not what was sealed. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault'
}
