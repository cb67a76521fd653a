import type { Migration } from '@autora/shared/database'
import { DealerHierarchy1764000000020 } from './0001-dealer-hierarchy.js'
import { People1764000000021 } from './0002-people.js'
import { PartnersAndSupport1764000000022 } from './0003-partners-and-support.js'
import { AccountsAndSessions1764000000051 } from './0004-accounts-and-sessions.js'
import { Approvals1764000000052 } from './0005-approvals.js'
import { IssuerStorage1764000000060 } from './0006-issuer-storage.js'
import { SignIn1764000000061 } from './0007-sign-in.js'
import { RevocationsAndProviders1764000000062 } from './0008-revocations-and-providers.js'
import { Memberships1764000000063 } from './0009-memberships.js'
import { ApiKeyLife1764000000064 } from './0010-api-key-life.js'
import { SupportPermits1764000000065 } from './0011-support-permits.js'
import { Policies1764000000067 } from './0012-policies.js'
import { Operations1764000000068 } from './0013-operations.js'
import { PoliciesTell1764000000073 } from './0018-policies-tell.js'

/** Migrations of the schema `identity`, oldest first. */
export const identityMigrations: readonly Migration[] = [
  DealerHierarchy1764000000020,
  People1764000000021,
  PartnersAndSupport1764000000022,
  AccountsAndSessions1764000000051,
  Approvals1764000000052,
  IssuerStorage1764000000060,
  SignIn1764000000061,
  RevocationsAndProviders1764000000062,
  Memberships1764000000063,
  ApiKeyLife1764000000064,
  SupportPermits1764000000065,
  Policies1764000000067,
  Operations1764000000068,
  PoliciesTell1764000000073,
]
