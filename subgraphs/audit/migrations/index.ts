import type { Migration } from '@autora/shared/database'
import { AuditEvents1764000000010 } from './0001-events.js'
import { AuditIncidents1764000000040 } from './0002-incidents.js'
import { SupportActivity1764000000066 } from './0003-support-activity.js'
import { Sequencing1764000000080 } from './0004-sequencing.js'
import { Partitions1764000000090 } from './0005-partitions.js'
import { LegalHolds1764000000091 } from './0006-legal-holds.js'
import { PersonalFields1764000000092 } from './0007-personal-fields.js'
import { Reads1764000000098 } from './0011-reads.js'
import { Followers1764000000099 } from './0012-followers.js'
import { Timelines1764000000110 } from './0014-timelines.js'
import { IncidentReview1764000000112 } from './0015-incident-review.js'
import { Flags1764000000113 } from './0016-flags.js'
import { Controls1764000000115 } from './0017-controls.js'
import { EventStreams1764000000116 } from './0018-event-streams.js'
import { OneVerification1764000000120 } from './0019-one-verification.js'
import { AuditActions1764000000130 } from './0020-actions.js'
import { LogEpochs1764000000134 } from './0021-log-epochs.js'
import { ExportRequests1764000000136 } from './0022-export-requests.js'

/** Migrations of the schema `audit`, oldest first. */
export const auditMigrations: readonly Migration[] = [
  AuditEvents1764000000010,
  AuditIncidents1764000000040,
  SupportActivity1764000000066,
  Sequencing1764000000080,
  Partitions1764000000090,
  LegalHolds1764000000091,
  PersonalFields1764000000092,
  Reads1764000000098,
  Followers1764000000099,
  Timelines1764000000110,
  IncidentReview1764000000112,
  Flags1764000000113,
  Controls1764000000115,
  EventStreams1764000000116,
  OneVerification1764000000120,
  AuditActions1764000000130,
  LogEpochs1764000000134,
  ExportRequests1764000000136,
]
