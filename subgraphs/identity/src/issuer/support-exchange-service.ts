import { createHash } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import { encodeId } from '@autora/shared/request'
import type { IssuerDatabase } from '../issuer-database.js'
import {
  type ConsumedSession,
  consumeSubjectToken,
  type FoundSubjectToken,
  findSubjectToken,
  type Presenter,
} from './support-exchange-repository.js'

export type { ConsumedSession, Presenter } from './support-exchange-repository.js'

const onlyStore = (storeIds: readonly string[]): string | null =>
  storeIds.length === 1 ? (storeIds[0] ?? null) : null

function refusalOf(found: FoundSubjectToken, by: Presenter): string {
  if (found.isUsed) return 'SUBJECT_TOKEN_USED'
  if (found.isOver) return 'SUBJECT_TOKEN_EXPIRED'
  return found.userId === by.userId ? 'GRANT_NOT_ACTIVE' : 'SUBJECT_TOKEN_OF_ANOTHER_PERSON'
}

/** Turns the one-use token of a started support session into what a session stands on, told to the dealer first. */
export class SupportExchange {
  constructor(private readonly database: IssuerDatabase) {}

  /**
   * Uses a subject token up and writes `supportSession.exchanged` in the dealer's trail, in one transaction.
   *
   * @returns null when it is not to be used: unknown, used, too old, somebody else's, or its grant is over. Of a token
   *   that exists the dealer is told (`supportAccess.refused`).
   */
  async consume(subjectToken: string, by: Presenter): Promise<ConsumedSession | null> {
    const digest = createHash('sha256').update(subjectToken).digest()
    return this.database.write(async (tx) => {
      const session = await consumeSubjectToken(tx, digest, by)
      if (session) {
        await recordAudit(tx, 'supportSession.exchanged', {
          tenantId: session.tenantId,
          targetId: session.grantId,
          storeId: onlyStore(session.grantStoreIds),
          detail: { by: encodeId('User', by.userId) },
        })
        return session
      }
      const found = await findSubjectToken(tx, digest)
      if (found)
        await recordAudit(tx, 'supportAccess.refused', {
          outcome: 'DENY',
          tenantId: found.tenantId,
          targetId: found.grantId,
          storeId: onlyStore(found.grantStoreIds),
          detail: { reason: refusalOf(found, by), by: encodeId('User', by.userId) },
        })
      return null
    })
  }
}
