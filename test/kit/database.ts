import { randomUUID } from 'node:crypto'
import { type Login, loginRole, logins, withClient } from '@autora/shared/database'
import { testDatabase, testPasswords } from './secrets.js'

/** A database copied from a template, for one test file. */
export async function freshDatabase(template: 'template_demo' | 'template_empty'): Promise<string> {
  const { serverUrl } = testDatabase()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await withClient(`${serverUrl}/postgres`, (db) => db.query(`create database ${name} template ${template}`))
  const url = `${serverUrl}/${name}`
  // rights on a database are not copied with it
  await withClient(url, (db) =>
    db.query(`revoke all on database ${name} from public;
      grant connect on database ${name} to ${logins.map(loginRole).join(', ')};
      grant create on database ${name} to autora_owner`),
  )
  return url
}

/** Connection string of a subgraph's login role, for the database of an admin's. */
export const roleUrlOf = (adminUrl: string, subgraph: Login): string => {
  const url = new URL(adminUrl)
  url.username = `autora_${subgraph}`
  url.password = testPasswords[subgraph]
  return url.toString()
}
