import type { MigrationInterface, QueryRunner } from 'typeorm'
import { billingSql } from './0013-billing.js'
import { setUpSql } from './0013-set-up.js'

/** Set-up, life and billing of dealer groups and stores (docs/decisions/0016-store-configuration-and-billing.md). */
export class Operations1764000000068 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statements of [...setUpSql, ...billingSql]) await db.query(statements)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.invoice_counter, identity.invoice, identity.billing_account')
  }
}
