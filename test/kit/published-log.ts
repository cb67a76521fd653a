import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CompactRange,
  leafHash,
  parseTilePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  type TreeHead,
} from '@autora/shared/tlog'

/** A log of somebody who publishes what he likes, at an address of this machine. */
export class PublishedLog {
  private nodes = new Map<string, Buffer>()
  private range = new CompactRange()
  private readonly server = createServer((request, response) => {
    const place = (request.url ?? '').replace('/trail/', '')
    const body = place === 'checkpoint' ? Buffer.from(this.checkpoint) : this.tile(place)
    response.writeHead(body ? 200 : 404).end(body ?? undefined)
  })
  /** What it says is its newest checkpoint. */
  checkpoint = ''

  /** @returns the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/trail`
  }

  /** Another history from the begin on. @param leaves - one batch each. */
  rewrite(leaves: readonly string[]): void {
    this.nodes = new Map()
    this.range = new CompactRange()
    this.grow(leaves)
  }

  /** Further batches. @returns the head behind them. */
  grow(leaves: readonly string[]): TreeHead {
    for (const leaf of leaves)
      for (const { level, index, hash } of this.range.append(leafHash(Buffer.from(leaf))))
        this.nodes.set(`${level}/${index}`, hash)
    return this.head
  }

  /** As it is. */
  get head(): TreeHead {
    return { size: this.range.size, root: this.range.root() }
  }

  close(): void {
    this.server.close().closeAllConnections()
  }

  private tile(place: string): Buffer | null {
    const tile = parseTilePath(place)
    if (!tile) return null
    const hashes = Array.from({ length: tile.width }, (_, n) =>
      this.nodes.get(`${Number(tile.level) * TILE_HEIGHT}/${tile.index * TILE_WIDTH + n}`),
    )
    return hashes.some((hash) => !hash) ? null : Buffer.concat(hashes.map((hash) => hash ?? Buffer.of()))
  }
}

/** Leaves that nothing is said about. */
export const someLeaves = (count: number, word = 'batch', from = 0): string[] =>
  Array.from({ length: count }, (_, n) => `${word} ${from + n}`)
