import type { TenantTx } from '@autora/shared/database'

/** A service that signs in by itself. */
export interface ServiceClientRow {
  readonly id: string
  readonly name: string
  readonly secretMac: Buffer
}

/** An enabled service by its id. */
export async function findServiceClient(tx: TenantTx, id: string): Promise<ServiceClientRow | undefined> {
  const [row] = await tx.query<ServiceClientRow>(
    `select id, name, secret_mac as "secretMac" from issuer.client where id = $1 and disabled_at is null`,
    [id],
  )
  return row
}

/** Adds a service. @returns false when the id is taken. */
export async function insertServiceClient(tx: TenantTx, row: ServiceClientRow): Promise<boolean> {
  const rows = await tx.query(
    `insert into issuer.client (id, name, secret_mac) values ($1, $2, $3) on conflict do nothing returning 1`,
    [row.id, row.name, row.secretMac],
  )
  return rows.length === 1
}
