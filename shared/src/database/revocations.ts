/** The channel on which PostgreSQL says that somebody's rights changed. */
export const REVOCATION_CHANNEL = 'autora_revocations'

/** What a revocation is about; a gateway that does not know a word forgets everything. */
export type RevocationKind =
  | 'session'
  | 'membership'
  | 'user'
  | 'key'
  | 'app'
  | 'grant'
  | 'tenant'
  | 'provider'

/**
 * The SQL that makes a table tell of changes that decide about access (docs/decisions/0010-revocation-feed.md): a
 * notice `kind:id` at commit, no more often than once per transaction and thing, and never a value of the row.
 * NOTIFY takes a lock of the whole server at commit: `decides` must be false for everything that happens often.
 *
 * @param id - the column that names the thing.
 * @param decides - a condition over `old` and `new` of an update.
 * @param others - what else is told without a condition; a row that is new decides only where its absence meant more.
 */
export const tellsRevocation = (
  table: string,
  kind: RevocationKind,
  id: string,
  decides: string,
  others: 'delete' | 'insert or delete' = 'delete',
): string => `
  create trigger tell_revocation after update on ${table} for each row when (${decides})
    execute function identity.tell_revocation('${kind}', '${id}');
  create trigger tell_revocation_of_row after ${others} on ${table} for each row
    execute function identity.tell_revocation('${kind}', '${id}');
  alter table ${table} enable always trigger tell_revocation, enable always trigger tell_revocation_of_row;`
