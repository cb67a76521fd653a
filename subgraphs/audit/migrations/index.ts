import type { Migration } from '@autora/shared/database'
import { AuditEvents1764000000010 } from './0001-events.js'
import { AuditIncidents1764000000040 } from './0002-incidents.js'
import { SupportActivity1764000000066 } from './0003-support-activity.js'
import { Sequencing1764000000080 } from './0004-sequencing.js'
import { Followers1764000000099 } from './0012-followers.js'
import { LogEpochs1764000000100 } from './0012-log-epochs.js'
import { OneVerification1764000000120 } from './0019-one-verification.js'

/** Migrations of the schema `audit`, oldest first. */
export const auditMigrations: readonly Migration[] = [
  AuditEvents1764000000010,
  AuditIncidents1764000000040,
  SupportActivity1764000000066,
  Sequencing1764000000080,
  Followers1764000000099,
  LogEpochs1764000000100,
  OneVerification1764000000120,
]
