interface Entry<Value> {
  readonly value: Value
  readonly weight: number
}

/** A map that forgets what was used longest ago when it is full. */
export class BoundedMemory<Value> {
  private readonly entries = new Map<string, Entry<Value>>()
  private weight = 0

  /**
   * @param capacity - entries it holds at most.
   * @param mostWeight - what all entries may weigh together, in any unit.
   */
  constructor(
    private readonly capacity: number,
    private readonly mostWeight = Number.POSITIVE_INFINITY,
  ) {}

  get(key: string): Value | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    this.entries.delete(key)
    this.entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: Value, weight = 0): void {
    this.delete(key)
    this.entries.set(key, { value, weight })
    this.weight += weight
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.capacity && this.weight <= this.mostWeight) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key)
    if (entry === undefined) return
    this.weight -= entry.weight
    this.entries.delete(key)
  }

  clear(): void {
    this.entries.clear()
    this.weight = 0
  }
}
