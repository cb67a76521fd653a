import { decodeId } from '@autora/shared/request'
import { type DemoNetwork, demoApiKey, demoNetwork } from '../demo/index.js'
import { type Home, homeOf } from '../installation/home.js'
import { type InstallationRecord, readRecord } from '../installation/record.js'
import { readSecrets, type Secrets } from '../installation/secrets.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { Complaint, UsageError } from '../terminal/complaint.js'
import { mintToken } from './mint.js'
import { findKeyId, findMembership, findPlace, type Speaker, speakers } from './person.js'

const help = `Usage: autora token --as <who>[@<store or group>] [--grant <id> --group <code>] [--json]

Prints an access token of somebody in the demo network, good for 5 minutes; for partner an API key.
Works in a development installation only: it signs with the key of .autora/secrets.json.

  --as       ${speakers.join(', ')}; without a place the first there is
  --grant    an approved support grant, such as gnt_0123…; only with --as support
  --group    code of the dealer group that approved it
  --json     print {"token", "expiresAt", "as"}

Examples:
  autora token --as sales@karoo-menlyn
  autora token --as admin@karoo
  autora token --as support --grant gnt_0123456789abcdef0123456789abcdef --group karoo`

const options = {
  as: { type: 'string' },
  grant: { type: 'string' },
  group: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

/** `autora token`: speaks for anybody in the demo network. No database is asked. */
export const tokenCommand: Command = {
  help,
  async run(args, on) {
    const { values } = readArguments('token', args, options)
    const { speaker, place } = readSpeaker(values.as)
    const grant = readGrant(speaker, values)
    if (on.environment.AUTORA_PROFILE === 'production')
      throw new Complaint('AUTORA_PROFILE is production: tokens come from signing in, never from here.')
    const { record, secrets, network } = openInstallation(homeOf(on.environment))
    const audience = on.environment.AUTORA_AUDIENCE || 'urn:autora:api'
    const credential =
      speaker === 'partner'
        ? { token: demoApiKey(findKeyId(network, findPlace(network, place))), expiresAt: null }
        : await personToken({ speaker, place, grant, record, secrets, network, audience })
    on.out(values.json ? JSON.stringify({ ...credential, as: values.as }) : credential.token)
    return 0
  },
}

function readSpeaker(text: string | undefined): { speaker: Speaker; place: string | undefined } {
  const [name, place, ...more] = (text ?? '').split('@')
  const speaker = speakers.find((one) => one === name)
  if (speaker && place !== '' && more.length === 0) return { speaker, place }
  throw new UsageError(
    `--as must be one of ${speakers.join(', ')}, then @ and a store or group${text ? `; not '${text}'` : ''}.`,
  )
}

interface Grant {
  readonly id: string
  readonly group: string
}

function readGrant(speaker: Speaker, values: { grant?: string; group?: string }): Grant | null {
  if (values.grant === undefined && values.group === undefined) return null
  if (speaker !== 'support' || values.grant === undefined || values.group === undefined)
    throw new UsageError('--grant and --group belong together, and to --as support.')
  const id = decodeId('SupportGrant', values.grant)
  if (!id) throw new UsageError(`--grant must look like gnt_ and 32 hex digits, not '${values.grant}'.`)
  return { id, group: values.group }
}

interface Installation {
  readonly record: InstallationRecord
  readonly secrets: Secrets
  readonly network: DemoNetwork
}

function openInstallation(home: Home): Installation {
  const secrets = readSecrets(home)
  const record = readRecord(home)
  if (!secrets || !record)
    throw new Complaint(`There is no installation in ${home.folder}. Run npm start first.`)
  if (!record.demo)
    throw new Complaint(
      'This installation has no demo network, so there is nobody to speak for. Run autora seed.',
    )
  return { record, secrets, network: demoNetwork(record.demo) }
}

interface PersonRequest extends Installation {
  readonly speaker: Exclude<Speaker, 'partner'>
  readonly place: string | undefined
  readonly grant: Grant | null
  readonly audience: string
}

async function personToken({ speaker, place, grant, record, secrets, network, audience }: PersonRequest) {
  const membership = findMembership(network, speaker, findPlace(network, place))
  const tenant = grant && findPlace(network, grant.group).groupId
  return mintToken(secrets.issuerKey, {
    issuer: record.issuer,
    audience,
    subject: tenant ?? membership.userId,
    membership: membership.id,
    isAnalyst: speaker === 'analyst',
    ...(grant && { grant: { id: grant.id, actor: membership.userId } }),
    issuedAt: Math.floor(Date.now() / 1000),
  })
}
