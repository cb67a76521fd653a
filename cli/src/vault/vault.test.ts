import { randomUUID } from 'node:crypto'
import { systemActor } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import { TenantDatabase } from '@autora/shared/database'
import { LocalKeyWrapping, SubjectVault } from '@autora/shared/vault'
import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { sealFor } from '../../../test/kit/direct-call.js'
import { testKeys } from '../../../test/kit/secrets.js'
import { runCommandLine } from '../commands.js'

const next = Buffer.alloc(32, 0x66)
let url: string

beforeAll(async () => {
  url = await freshDatabase('template_empty')
  const database = await TenantDatabase.open({
    url: roleUrlOf(url, 'identity'),
    applicationName: 'test',
    vault: new SubjectVault(new LocalKeyWrapping(testKeys.vault)),
  })
  for (const tenantId of [randomUUID(), randomUUID(), randomUUID()])
    await database.write(sealFor(systemActor, 'identity'), (tx) =>
      recordAudit(tx, 'user.invited', {
        ...{ tenantId, targetId: randomUUID(), storeId: null },
        detail: { membershipId: randomUUID(), role: 'DEALER_SALES' },
        personal: { subject: { type: 'User', id: randomUUID() }, fields: { displayName: 'somebody' } },
      }),
    )
  await database.close()
})

/** Runs the command with keys of the vault as settings. */
async function rotate(key: Buffer, ...further: readonly Buffer[]) {
  const [out, err]: string[][] = [[], []]
  const code = await runCommandLine(['vault', 'rotate'], {
    environment: {
      DATABASE_URL: url,
      AUTORA_VAULT_KEY: key.toString('hex'),
      AUTORA_VAULT_FURTHER_KEYS: further.map((one) => one.toString('hex')).join(','),
    },
    out: (text) => out?.push(text),
    err: (text) => err?.push(text),
  })
  return { code, out, err: err?.join(' ') }
}

it('autora vault rotate moves every group to the new key, verifies, and needs the old one once', async () => {
  expect((await rotate(next)).code).not.toBe(0)
  const { id } = new LocalKeyWrapping(next)
  const all = 'All 3 keys of dealer groups open under it.'

  expect(await rotate(next, testKeys.vault)).toEqual({
    code: 0,
    out: [`Wrapped 3 keys under ${id}.`, all],
    err: '',
  })
  expect(await rotate(next)).toEqual({ code: 0, out: [`Wrapped 0 keys under ${id}.`, all], err: '' })
})
