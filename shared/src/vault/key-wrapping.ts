import { hkdfSync } from 'node:crypto'
import { openBytes, sealBytes } from './cipher.js'

/** A key as it is stored: under which key-encryption key, and the bytes that only it opens. */
export interface WrappedKey {
  readonly wrappedBy: string
  readonly wrapped: Buffer
}

/**
 * Wraps keys of tenants under a key that never leaves it: here one of the process, later one of a key service.
 * A key service sees one call per tenant and process, because what was unwrapped stays in memory.
 */
export interface KeyWrapping {
  /** Id of the key that wraps from now on. */
  readonly id: string
  /** @param place - associated data that `unwrap` must be given again. */
  wrap(key: Buffer, place: Buffer): Promise<WrappedKey>
  /** @throws {Error} when the key that wrapped it is not at hand, or the bytes were altered or moved. */
  unwrap(key: WrappedKey, place: Buffer): Promise<Buffer>
}

const derived = (master: Buffer, use: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', master, '', `autora-vault-v1-${use}`, length))

/** The id of a vault's key as wrapped keys name it: 16 hex digits that tell nothing of the key. */
export const wrappingKeyId = (master: Buffer): string => derived(master, 'wrap-id', 8).toString('hex')

/** Wraps under AUTORA_VAULT_KEY. */
export class LocalKeyWrapping implements KeyWrapping {
  readonly id: string
  private readonly keys: ReadonlyMap<string, Buffer>

  /** @param furtherKeys - unwrap what they wrapped, and wrap nothing: the key before or after a rotation. */
  constructor(masterKey: Buffer, furtherKeys: readonly Buffer[] = []) {
    this.id = wrappingKeyId(masterKey)
    const all = [masterKey, ...furtherKeys]
    this.keys = new Map(all.map((key) => [wrappingKeyId(key), derived(key, 'wrap', 32)]))
  }

  async wrap(key: Buffer, place: Buffer): Promise<WrappedKey> {
    return { wrappedBy: this.id, wrapped: sealBytes(this.keyFor(this.id), place, key) }
  }

  async unwrap({ wrappedBy, wrapped }: WrappedKey, place: Buffer): Promise<Buffer> {
    return openBytes(this.keyFor(wrappedBy), place, wrapped)
  }

  private keyFor(id: string): Buffer {
    const key = this.keys.get(id)
    if (!key) throw new Error(`the key ${id} of the vault is not at hand`)
    return key
  }
}
