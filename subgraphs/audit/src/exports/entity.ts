/** Forms of an export. */
export const exportFormats = ['ndjson', 'csv', 'ocsf'] as const

/** One of them. */
export type ExportFormat = (typeof exportFormats)[number]

/** Actions that one export names at most. */
export const MOST_ACTIONS = 50

/** An action of the trail, such as `lead.created`. */
export const actionForm = /^[a-zA-Z]{1,40}\.[a-zA-Z]{1,40}$/

/** What is exported: everything between two times, or some actions of it. */
export interface ExportFilter {
  readonly format: ExportFormat
  /** ISO 8601; inclusive. */
  readonly from: string | null
  /** ISO 8601; exclusive. */
  readonly to: string | null
  /** Empty: all. */
  readonly actions: readonly string[]
}

/** The state of the log that an export ends at: nothing that came later is in it. */
export interface ExportCut {
  /** Leaves of the tenant's tree under the checkpoint. */
  readonly size: number
  /** Size of the log that the checkpoint commits to. */
  readonly checkpointSize: number
  /** The checkpoint as a signed note. */
  readonly checkpoint: string
}

/** An event as it is exported: the bytes of its leaf and what they hash to in the log. */
export interface ExportedLeaf {
  readonly index: number
  readonly leaf: string
  readonly hash: Buffer
}

/** One page of an export. */
export interface ExportPage {
  readonly text: string
  readonly count: number
  /** Index to go on from; null behind the last. */
  readonly next: number | null
}

/** What begins an export: a filter with a reason, or what another owner approved. */
export type ExportWish =
  | { readonly filter: ExportFilter; readonly reason: string | null }
  | { readonly request: string }

/** An export that has begun. */
export interface BegunExport extends ExportCut {
  readonly filter: ExportFilter
  /** What stands before the first event. */
  readonly head: string
}

/** What the one who sent an export counted. */
export interface ExportTrailer {
  readonly count: number
  /** Of every byte before the trailer, hexadecimal. */
  readonly sha256: string
}
