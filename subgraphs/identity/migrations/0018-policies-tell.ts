import { tellsRevocation } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A published policy decides about access from the next request on: it is told like a withdrawn right. A rule of the
 * platform binds everybody and is told in the name of the platform's tenant.
 */
export class PoliciesTell1764000000073 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const table of ['access_policy_version', 'governance_rule'])
      await db.query(
        tellsRevocation(
          `identity.${table}`,
          'tenant',
          'tenant_id',
          'old.* is distinct from new.*',
          'insert or delete',
        ),
      )
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['access_policy_version', 'governance_rule'])
      await db.query(`drop trigger tell_revocation on identity.${table};
        drop trigger tell_revocation_of_row on identity.${table}`)
  }
}
