import type { TenantTx } from '@autora/shared/database'

/** Whether a MAC is that of a key's secret. The database compares; the stored one never leaves it. */
export async function hasSecret(tx: TenantTx, keyId: string, mac: Buffer): Promise<boolean> {
  const [row] = await tx.query<{ matches: boolean }>('select identity.key_matches($1, $2) as matches', [
    keyId,
    mac,
  ])
  return row?.matches ?? false
}
