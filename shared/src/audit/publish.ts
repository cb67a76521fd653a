import { OWNER_ROLE, withClient } from '../database/index.js'
import { publishedActions } from './actions/index.js'

/** Adds what is new; what is there stays as it is. One parameter: the catalogue as JSON. */
const add = `
  insert into audit.action (name, version, target_type, category, detail, keys, required)
  select name, version, "targetType", category, detail, array(select jsonb_object_keys(detail)),
         array(select key from jsonb_each_text(detail) where value not like '%?')
    from jsonb_to_recordset($1) as c (name text, version smallint, "targetType" text, category text, detail jsonb)
  on conflict (name, version) do nothing`

const changed = `
  select a.name, a.version
    from jsonb_to_recordset($1) as c (name text, version smallint, "targetType" text, category text, detail jsonb)
    join audit.action a using (name, version)
   where (a.target_type, a.category, a.detail) is distinct from (c."targetType", c.category, c.detail)
   order by a.name`

/** Runs one statement with parameters. */
export type PublishQuery = (sql: string, parameters: readonly string[]) => Promise<unknown>

/** Brings the catalogue of a database up to the code's, on the caller's connection and as the owner role. */
export const publishActionsOn = (query: PublishQuery): Promise<unknown> =>
  query(add, [JSON.stringify(publishedActions())])

/**
 * Brings the catalogue of actions in the database up to the code's. Versions are only ever added: events that were
 * written keep the shape they were written in.
 *
 * @throws {Error} when a published version has another shape in the code: it needs a new version there.
 */
export async function publishActions(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (db) => {
    await db.query(`begin; set local role ${OWNER_ROLE}`)
    const { rows } = await db.query<{ name: string; version: number }>(changed, [
      JSON.stringify(publishedActions()),
    ])
    const [first] = rows
    if (first)
      throw new Error(
        `The action ${first.name} was published in version ${first.version} with another shape. Give the new shape version ${first.version + 1} in shared/src/audit/actions.`,
      )
    await publishActionsOn((sql, parameters) => db.query(sql, [...parameters]))
    await db.query('commit')
  })
}
