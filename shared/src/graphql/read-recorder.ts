import { ReadLog } from '../audit/index.js'
import type { TenantDatabase } from '../database/index.js'
import { DomainError, type ErrorCode } from '../errors/index.js'
import type { RequestContext } from '../request/index.js'
import type { Log } from '../telemetry/index.js'
import { personalDetail, storeOfReads } from './personal-detail.js'
import { recordSupportRead } from './support-reads.js'

/** Sees to it that what an answer shows of people is in the trail before the answer leaves. */
export class ReadRecorder {
  private readonly readLog: ReadLog

  constructor(
    database: TenantDatabase,
    private readonly log: Log,
  ) {
    this.readLog = new ReadLog(database)
  }

  /**
   * Writes the event of an answer, where there is one to write: `supportAccess.read` under a support grant, else
   * `personalData.read`.
   *
   * @returns the code to answer with instead, when that cannot be done.
   */
  async refusal(context: RequestContext, seal: string): Promise<ErrorCode | undefined> {
    const { tally, requestId } = context
    try {
      if (tally) await recordSupportRead(context, tally)
      else {
        const detail = personalDetail(context)
        if (detail) await this.readLog.write({ seal, storeId: storeOfReads(context), detail })
      }
      return undefined
    } catch (error) {
      if (tally && error instanceof DomainError && error.code === 'GRANT_NOT_ACTIVE')
        return tally.isEndingItself ? undefined : error.code
      this.log.error('read.unrecorded', error, { requestId })
      return 'SERVICE_UNAVAILABLE'
    }
  }
}
