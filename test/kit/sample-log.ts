import { randomBytes } from 'node:crypto'
import {
  type BundleLine,
  batchLeaf,
  commitmentOf,
  commitmentText,
  type Declaration,
  eventLeaf,
  headLeaf,
} from '@autora/shared/evidence'
import {
  CompactRange,
  consistencyProof,
  cosign,
  formatCheckpoint,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  type ReadNodes,
  type SignerKey,
  signatureKinds,
  signCheckpoint,
  signerKey,
  withSignatures,
} from '@autora/shared/tlog'

/** A fixed seed of a key. */
export const seed = (byte: number) => Buffer.alloc(32, byte)
/** The key of the sample log. */
export const logKey = signerKey('log.example/trail', signatureKinds.ed25519, seed(1))
/** Three witnesses. */
export const witnesses = [2, 3, 4].map((n) =>
  signerKey(`witness.example/w${n}`, signatureKinds.cosignature, seed(n)),
)
const tenants = [1, 2, 3].map((n) => `${n}0000000-0000-4000-8000-000000000000`)
/** When the sample log begins, Unix time in seconds. */
export const start = 1_780_000_000
/** Longest unwitnessed time of the policy, in seconds. */
export const window = 60
/** A policy that believes the sample log about one of its three tenants. */
export const policyText = (tenant: number) =>
  [
    `log ${formatVerifierKey(logKey)}`,
    ...witnesses.map((key) => `witness ${formatVerifierKey(key)}`),
    'quorum 2',
    `window ${window}`,
    `tenant ${tenants[tenant]} ${tenant}`,
  ].join('\n')

class Tree {
  readonly range = new CompactRange()
  private readonly nodes = new Map<string, Buffer>()

  readonly read: ReadNodes = (ids) =>
    ids.map(({ level, index }) => this.nodes.get(`${level}/${index}`) ?? Buffer.of())

  add(leaf: Buffer): void {
    for (const { level, index, hash } of this.range.append(leafHash(leaf)))
      this.nodes.set(`${level}/${index}`, hash)
  }
}

/** A log of three tenants as the platform would keep it, in memory, that also lies when it is told to. */
export class SampleLog {
  readonly trees = tenants.map(() => new Tree())
  readonly log = new Tree()
  readonly lines: BundleLine[][] = tenants.map((tenant, slot) => [
    { kind: 'bundle', version: 1, tenant, slot },
  ])
  private lastSize = 0
  now = start

  constructor(
    private readonly key: SignerKey = logKey,
    private readonly cosigners: readonly SignerKey[] = witnesses,
  ) {}

  event(
    tenant: number,
    text: string,
    at = this.now,
    personal?: { readonly salt: Buffer; readonly commitment: Buffer },
  ): void {
    const tree = this.trees[tenant] as Tree
    const leaf = eventLeaf(
      {
        tenantId: tenants[tenant] ?? '',
        index: tree.range.size,
        epoch: 1,
        xid: String(1000 + tree.range.size),
        id: String(tree.range.size),
        recordedAt: `${new Date(at * 1000).toISOString().slice(0, -1)}000Z`,
        dbUser: 'autora_identity',
        actorId: tenants[0] ?? '',
        principal: 'DEALER_ADMIN',
        grantId: '-',
        requestId: 'request-1',
      },
      JSON.stringify({
        detail: { personal: personal && { name: commitmentText(personal.commitment) } },
        text,
      }),
    )
    const index = tree.range.size
    tree.add(leaf)
    this.lines[tenant]?.push({ kind: 'event', leaf: leaf.toString() })
    if (personal)
      this.lines[tenant]?.push({ kind: 'disclosure', index, field: 'name', value: text, salt: personal.salt })
  }

  /** An event with a personal value, and its disclosure behind it. */
  personalEvent(tenant: number, text: string): void {
    const salt = randomBytes(32)
    this.event(tenant, text, this.now, { salt, commitment: commitmentOf(salt, 'name', text) })
  }

  private forest(nonces: readonly Buffer[]): Tree {
    const forest = new Tree()
    for (const [slot, tree] of this.trees.entries())
      forest.add(
        headLeaf({
          tenantId: tenants[slot] ?? '',
          size: tree.range.size,
          root: tree.range.root(),
          nonce: nonces[slot] ?? Buffer.of(),
        }),
      )
    return forest
  }

  /**
   * One batch, its checkpoint, and a head for every tenant.
   * @param declares - what the log says about itself in it. @param after - seconds since the batch before.
   */
  batch(declares: readonly Declaration[] = [], after = 5): void {
    this.now += after
    const nonces = tenants.map(() => randomBytes(32))
    const forest = this.forest(nonces)
    const number = this.log.range.size
    const time = `${new Date(this.now * 1000).toISOString().slice(0, -1)}000Z`
    const leaf = batchLeaf({ number, slots: tenants.length, forestRoot: forest.range.root(), time, declares })
    this.log.add(leaf)
    const size = this.log.range.size
    const checkpoint = { origin: this.key.name, size, root: this.log.range.root() }
    const cosignatures = this.cosigners.map((key, n) =>
      cosign(formatCheckpoint(checkpoint), this.now + n, key),
    )
    for (const [slot, tree] of this.trees.entries())
      this.lines[slot]?.push({
        kind: 'head',
        size: tree.range.size,
        nonce: nonces[slot] ?? Buffer.of(),
        batch: leaf.toString(),
        forestProof: inclusionProof(slot, tenants.length, forest.read),
        logIndex: size - 1,
        logProof: inclusionProof(size - 1, size, this.log.read),
        checkpoint: withSignatures(signCheckpoint(checkpoint, this.key), cosignatures),
        declaring:
          declares.length > 0
            ? [
                {
                  batch: leaf.toString(),
                  logIndex: number,
                  logProof: inclusionProof(number, size, this.log.read),
                },
              ]
            : [],
        consistency: this.lastSize ? consistencyProof(this.lastSize, size, this.log.read) : [],
      })
    this.lastSize = size
  }
}

/** Batches of some events each, as fast-check drew them. */
export function sample(batches: readonly number[], log = new SampleLog()): SampleLog {
  for (const [n, events] of batches.entries()) {
    for (let e = 0; e < events; e += 1) log.event((n + e) % 3, `event ${n}.${e}`)
    log.personalEvent(1, `event ${n}`)
    log.batch()
  }
  return log
}
