import type { DataClass } from '../access/index.js'

/** How a field came out. */
export type Shown = 'clear' | 'masked' | 'redacted'

/** Counts by name. */
type Counts = Readonly<Record<string, number>>

/** What one operation showed: counts and names of the schema, never a value. */
export interface ReadCounts {
  /** Root fields, such as `leads`. */
  readonly roots: readonly string[]
  /** Things with an id, by type; one that was shown twice counts once. */
  readonly records: Counts
  /** Fields that held a value, by class. */
  readonly clear: Counts
  readonly masked: Counts
  readonly redacted: Counts
}

const MOST_ROOTS = 50

/** Counts what one operation of a supporter reads at one subgraph, so that his dealer can be told. */
export class ReadTally {
  private readonly roots = new Set<string>()
  private readonly things = new Map<string, Set<unknown>>()
  private readonly fields = {
    clear: new Map<string, number>(),
    masked: new Map<string, number>(),
    redacted: new Map<string, number>(),
  }
  private readonly absent = new Set<string>()

  /** A root field was asked for. */
  root(name: string): void {
    if (this.roots.size < MOST_ROOTS) this.roots.add(name)
  }

  /** A thing was asked for by its id and is not there, or is somebody else's. */
  missed(root: string): void {
    this.absent.add(root)
  }

  /** A field of a thing is shown. @param thing - its row, told from others by its `id`. */
  thing(type: string, thing: unknown): void {
    const id: unknown = (thing as { readonly id?: unknown } | null)?.id ?? thing
    const known = this.things.get(type)
    if (known) known.add(id)
    else this.things.set(type, new Set([id]))
  }

  /** A field was shown, or withheld. */
  field(how: Shown, dataClass: DataClass, times = 1): void {
    const counts = this.fields[how]
    counts.set(dataClass, (counts.get(dataClass) ?? 0) + times)
  }

  /** Root fields that found nothing under the id they were given. */
  get misses(): readonly string[] {
    return [...this.absent]
  }

  /**
   * Whether nothing was done but ending the grant: then there is no grant left to tell under, and nothing to tell but
   * the event of the end, which is written already.
   */
  get isEndingItself(): boolean {
    return this.roots.size === 1 && this.roots.has('supportGrantRevoke')
  }

  /** Everything counted so far. */
  counts(): ReadCounts {
    const { clear, masked, redacted } = this.fields
    return {
      roots: [...this.roots],
      records: Object.fromEntries([...this.things].map(([type, ids]) => [type, ids.size])),
      clear: Object.fromEntries(clear),
      masked: Object.fromEntries(masked),
      redacted: Object.fromEntries(redacted),
    }
  }
}
