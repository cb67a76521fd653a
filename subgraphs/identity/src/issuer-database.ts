import { randomUUID } from 'node:crypto'
import type { Principal } from '@autora/shared/access'
import { type Actor, type SealKey, sealContext, systemActor } from '@autora/shared/actor'
import { TenantDatabase, type TenantDatabaseOptions, type TenantTx } from '@autora/shared/database'
import type { Clock } from '@autora/shared/request'

/** In whose name the issuer writes: the user that a person turned out to be. */
export interface IssuerSubject {
  readonly userId: string
  readonly tenantId: string
  readonly role: Principal
}

/** How the issuer reaches its database. */
export interface IssuerDatabaseOptions extends TenantDatabaseOptions {
  /** Installed for the audience `issuer` alone. */
  readonly sealKey: SealKey
  readonly clock: Clock
}

const actorFor = (subject: IssuerSubject | undefined): Actor =>
  subject
    ? {
        ...systemActor,
        kind: 'USER',
        principal: subject.role,
        id: subject.userId,
        tenantId: subject.tenantId,
        reach: 'PLATFORM',
      }
    : systemActor

/**
 * The issuer's own door to the database: its login role reaches accounts, sessions and its own tables, and seals its
 * contexts itself, because it works before the gateway knows anybody (docs/decisions/0008-issuer.md).
 */
export class IssuerDatabase {
  private constructor(
    private readonly database: TenantDatabase,
    private readonly options: IssuerDatabaseOptions,
  ) {}

  /** Connects. @throws {Error} when the database cannot be reached or refuses the role. */
  static async open(options: IssuerDatabaseOptions): Promise<IssuerDatabase> {
    return new IssuerDatabase(await TenantDatabase.open(options), options)
  }

  /** Runs `work` in a read-only transaction. */
  read<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.database.read(this.seal(undefined, randomUUID()), work)
  }

  /**
   * Runs `work` in one transaction, its audit events included.
   *
   * @param subject - who the events are about and by; default: the platform itself.
   * @param requestId - found again in the trail; default a new one.
   */
  write<T>(
    work: (tx: TenantTx) => Promise<T>,
    subject?: IssuerSubject,
    requestId: string = randomUUID(),
  ): Promise<T> {
    return this.database.write(this.seal(subject, requestId), work)
  }

  /** Waits for running work and closes every connection. */
  close(): Promise<void> {
    return this.database.close()
  }

  private seal(subject: IssuerSubject | undefined, requestId: string): string {
    const { sealKey, clock } = this.options
    return sealContext(
      { actor: actorFor(subject), requestId },
      'issuer',
      sealKey,
      clock.now().getTime() / 1000,
    )
  }
}
