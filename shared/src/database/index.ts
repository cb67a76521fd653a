export {
  bootstrapRoles,
  installSealKey,
  newRolePasswords,
  type RolePasswords,
  retireSealKey,
  withClient,
} from './bootstrap.js'
export { DatabaseUnavailable } from './database-error.js'
export { Lead, type LeadOptions } from './lead.js'
export { Listener, type ListenerOptions, listenerTimes } from './listener.js'
export { advisoryLocks } from './locks.js'
export { type Migration, migrate, secMigrations } from './migrate.js'
export { readiness } from './readiness.js'
export { REVOCATION_CHANNEL, type RevocationKind, tellsRevocation } from './revocations.js'
export { type Login, loginRole, logins, OWNER_ROLE, SEC_ROLE, systemLogins } from './roles.js'
export { SystemDatabase, type SystemDatabaseOptions, type SystemTx } from './system-database.js'
export { TenantDatabase, type TenantDatabaseOptions } from './tenant-database.js'
export type { SqlValue, TenantTx } from './tenant-tx.js'
export { type CatalogueQuery, type WallCheck, wallChecks, wallFaults } from './wall-check.js'
export { mustBeAudited, narrow, storeWall, tenantWall } from './walls.js'
