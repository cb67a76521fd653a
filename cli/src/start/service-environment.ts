import { createHmac } from 'node:crypto'
import { hopKey, type Subgraph } from '@autora/shared/actor'
import type { Environment } from '@autora/shared/config'
import { loginRole } from '@autora/shared/database'
import { asRole } from '../database/admin.js'
import type { Home } from '../installation/home.js'
import { publicKeysOf } from '../installation/log-keys.js'
import type { Secrets } from '../installation/secrets.js'
import { type ProcessName, processNames, type ServiceName } from '../serve/names.js'
import { settingNames } from '../serve/services.js'
import { publicKeySet } from '../token/issuer-key.js'
import { host, type Plan, urlOf } from './plan.js'

/** What the settings of the services are made of. */
export interface Ingredients {
  readonly plan: Plan
  readonly secrets: Secrets
  /** Where mail is written instead of sent, and where sequencer and witness keep what they must not forget. */
  readonly home: Pick<Home, 'outbox' | 'signed' | 'witnessed'>
  /** Administrator's connection string; each subgraph gets the same database with its own role. */
  readonly adminUrl: string
}

type SubgraphName = Exclude<ServiceName, 'gateway'>

const foreign = new Set(
  processNames.flatMap((name) => settingNames[name]).flatMap((name) => [name, `${name}_FILE`]),
)

/** The surroundings of a service: everything of ours but settings, and its own settings, nobody else's. */
export async function serviceEnvironment(
  name: ProcessName,
  ingredients: Ingredients,
  surroundings: Environment,
): Promise<NodeJS.ProcessEnv> {
  const kept = Object.entries(surroundings).filter(([key]) => !foreign.has(key))
  return {
    ...Object.fromEntries(kept),
    NODE_ENV: 'production',
    APOLLO_TELEMETRY_DISABLED: 'true',
    AUTORA_PROFILE: 'development',
    AUTORA_HOST: host,
    AUTORA_PORT: String(ingredients.plan.ports[name]),
    ...(await ownSettings(name, ingredients)),
  }
}

async function ownSettings(name: ProcessName, ingredients: Ingredients): Promise<NodeJS.ProcessEnv> {
  if (name === 'gateway') return gatewaySettings(ingredients)
  if (name === 'sequencer') return sequencerSettings(ingredients)
  if (name === 'follower') return followerSettings(ingredients)
  if (name === 'witness') return witnessSettings(ingredients)
  return subgraphSettings(name, ingredients)
}

const sequencerSettings = ({ plan, secrets, adminUrl, home }: Ingredients): NodeJS.ProcessEnv => ({
  DATABASE_URL: asRole(adminUrl, loginRole('sequencer'), secrets.rolePasswords.sequencer),
  AUTORA_LOG_KEY: secrets.logKey,
  AUTORA_WITNESSES: `${publicKeysOf(secrets).witness}=${urlOf(plan, 'witness')}`,
  AUTORA_STATE: home.signed,
})

const followerSettings = ({ plan, secrets, adminUrl }: Ingredients): NodeJS.ProcessEnv => ({
  DATABASE_URL: asRole(adminUrl, loginRole('follower'), secrets.rolePasswords.follower),
  AUTORA_LOG: publicKeysOf(secrets).logs.join(' '),
  AUTORA_WITNESSES: `${publicKeysOf(secrets).witness}=${urlOf(plan, 'witness')}`,
  AUTORA_PUBLIC_URL: urlOf(plan, 'gateway'),
  AUTORA_ISSUER: plan.issuer,
  AUTORA_UNSEALED_DATABASE_URL: asRole(adminUrl, loginRole('audit'), secrets.rolePasswords.audit),
  ...streamSettings(secrets),
})

/** On one machine receivers may be on it too; the key is made of the vault's, of which nobody else's secret follows. */
const streamSettings = ({ vaultKey }: Secrets): NodeJS.ProcessEnv => ({
  AUTORA_STREAM_KEY: createHmac('sha256', Buffer.from(vaultKey, 'hex')).update('audit streams').digest('hex'),
  AUTORA_STREAM_LOOPBACK: 'true',
})

const witnessSettings = ({ secrets, home }: Ingredients): NodeJS.ProcessEnv => ({
  AUTORA_WITNESS_KEY: secrets.witnessKey,
  AUTORA_LOG: publicKeysOf(secrets).logs.join(' '),
  AUTORA_STATE: home.witnessed,
})

const gatewaySettings = ({ plan, secrets }: Ingredients): NodeJS.ProcessEnv => ({
  AUTORA_IDENTITY_URL: urlOf(plan, 'identity'),
  AUTORA_DEALER_OPS_URL: urlOf(plan, 'dealer-ops'),
  AUTORA_AUDIT_URL: urlOf(plan, 'audit'),
  AUTORA_SEAL_KEY: `${secrets.sealKey.id}:${secrets.sealKey.hex}`,
  AUTORA_HOP_SECRET: secrets.hopSecret,
  AUTORA_ISSUER: plan.issuer,
  AUTORA_AUDIENCE: plan.audience,
  AUTORA_PUBLIC_URL: urlOf(plan, 'gateway'),
})

async function subgraphSettings(name: SubgraphName, ingredients: Ingredients): Promise<NodeJS.ProcessEnv> {
  const { secrets, adminUrl } = ingredients
  const subgraph = subgraphOf[name]
  return {
    DATABASE_URL: asRole(adminUrl, loginRole(subgraph), secrets.rolePasswords[subgraph]),
    AUTORA_HOP_KEY: hopKey(Buffer.from(secrets.hopSecret, 'hex'), subgraph).toString('hex'),
    AUTORA_VAULT_KEY: secrets.vaultKey,
    ...(name === 'identity' && {
      AUTORA_KEY_PEPPER: secrets.keyPepper,
      AUTORA_ISSUER_JWKS: JSON.stringify(await publicKeySet(secrets.issuerKey)),
      ...issuerSettings(ingredients),
    }),
    ...(name === 'audit' && streamSettings(secrets)),
  }
}

const issuerSettings = ({ plan, secrets, adminUrl, home }: Ingredients): NodeJS.ProcessEnv => ({
  AUTORA_ISSUER: plan.issuer,
  AUTORA_AUDIENCE: plan.audience,
  AUTORA_ISSUER_DATABASE_URL: asRole(adminUrl, loginRole('issuer'), secrets.rolePasswords.issuer),
  AUTORA_ISSUER_SEAL_KEY: `${secrets.issuerSealKey.id}:${secrets.issuerSealKey.hex}`,
  AUTORA_ISSUER_KEY: secrets.issuerSecret,
  AUTORA_MAIL_OUTBOX: home.outbox,
})

const subgraphOf = {
  identity: 'identity',
  'dealer-ops': 'dealer_ops',
  audit: 'audit',
} as const satisfies Record<SubgraphName, Subgraph>
