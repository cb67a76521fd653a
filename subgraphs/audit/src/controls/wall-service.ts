import { randomBytes, randomUUID } from 'node:crypto'
import { SystemDatabase } from '@autora/shared/database'
import { claim, showsRows, walledTables } from './wall-repository.js'

/** A context in the right form, for the platform's owner even, sealed with a key that is not the platform's. */
const forgedContext = (keyId: string): string => {
  const until = Math.floor(Date.now() / 1000) + 15
  const who = ['USER', 'PLATFORM_OWNER', randomUUID(), '00000000-0000-0000-0000-000000000000', 'PLATFORM']
  const rest = ['', '', '', 'OPERATION', '1', 'control-check', randomBytes(32).toString('hex')]
  return ['a1', keyId, until, 'audit', ...who, ...rest].join('|')
}

/**
 * Behaves as a subgraph that was taken over would: on a session of its role it reads without a context, and with one
 * that it forged.
 *
 * @param url - connection string of a subgraph's login role. Without the key of the seal it is worth nothing, which is
 *   what is shown here.
 * @returns a line for each table that showed a row.
 */
export async function openTables(url: string): Promise<readonly string[]> {
  const database = await SystemDatabase.open({
    url,
    applicationName: 'autora-control-check',
    onLost: () => undefined, // the statement that runs fails, and with it the check
  })
  try {
    const shown: string[] = []
    for (const [kind, seal] of [
      ['no context', ''],
      ['a forged context', forgedContext('k1')],
    ] as const)
      await database.write(async (tx) => {
        await claim(tx, seal)
        for (const name of await walledTables(tx))
          if (await showsRows(tx, name)) shown.push(`${name} shows rows to ${kind}`)
      })
    return shown
  } finally {
    await database.close()
  }
}
