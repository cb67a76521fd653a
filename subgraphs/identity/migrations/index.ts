import type { Migration } from '@autora/shared/database'
import { DealerHierarchy1764000000020 } from './0001-dealer-hierarchy.js'
import { People1764000000021 } from './0002-people.js'
import { PartnersAndSupport1764000000022 } from './0003-partners-and-support.js'
import { AccountsAndSessions1764000000051 } from './0004-accounts-and-sessions.js'
import { Approvals1764000000052 } from './0005-approvals.js'
import { RevocationsAndProviders1764000000062 } from './0008-revocations-and-providers.js'
import { ApiKeyLife1764000000064 } from './0010-api-key-life.js'

/** Migrations of the schema `identity`, oldest first. */
export const identityMigrations: readonly Migration[] = [
  DealerHierarchy1764000000020,
  People1764000000021,
  PartnersAndSupport1764000000022,
  AccountsAndSessions1764000000051,
  Approvals1764000000052,
  ApiKeyLife1764000000064,
  RevocationsAndProviders1764000000062,
]
