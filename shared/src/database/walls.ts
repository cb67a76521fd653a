/**
 * The SQL of a wall, written once: forced row security, a restrictive policy that no later policy can widen
 * (PostgreSQL joins permissive policies with OR and restrictive ones with AND), and a permissive one beside it.
 */
const wall = (table: string, role: string, rows: string, extra: string) => `
  alter table ${table} enable row level security, force row level security;
  create policy wall on ${table} as restrictive to ${role} using (${rows}) with check (${rows});
  create policy rows on ${table} to ${role} using (true) with check (true);
  ${extra}`

/** Rows of one store: the tenant of the caller, and one of his stores unless he acts for the whole tenant. */
export const storeWall = (table: string, role: string, extra = ''): string =>
  wall(
    table,
    role,
    `tenant_id = (select sec.tenant_id())
     and (store_id = any ((select sec.store_ids())::uuid[]) or (select sec.is_tenant_wide()))`,
    extra,
  )

/** Rows of one tenant; `platform` also opens them to platform staff, who work across tenants in identity. */
export const tenantWall = (table: string, role: string, options: { platform: boolean }, extra = ''): string =>
  wall(
    table,
    role,
    options.platform
      ? `tenant_id = (select sec.tenant_id()) or (select sec.is_platform())`
      : `tenant_id = (select sec.tenant_id())`,
    extra,
  )

/** One more condition that every row must meet, whatever the other policies say. */
export const narrow = (table: string, role: string, name: string, rows: string, command = 'all'): string => `
  create policy ${name} on ${table} as restrictive for ${command} to ${role} using (${rows})${
    command === 'select' || command === 'delete' ? '' : ` with check (${rows})`
  };`

/** Business rows only change together with an event of their tenant in the same transaction: no event, no commit. */
export const mustBeAudited = (table: string): string => `
  create constraint trigger must_be_audited after insert or update or delete on ${table}
    deferrable initially deferred for each row execute function audit.require_event();
  alter table ${table} enable always trigger must_be_audited;`
