import { hopKey, type Subgraph } from '@autora/shared/actor'
import type { Environment } from '@autora/shared/config'
import { loginRole } from '@autora/shared/database'
import { asRole } from '../database/admin.js'
import type { Secrets } from '../installation/secrets.js'
import { type ServiceName, serviceNames } from '../serve/names.js'
import { settingNames } from '../serve/services.js'
import { publicKeySet } from '../token/issuer-key.js'
import { host, type Plan, urlOf } from './plan.js'

/** What the settings of the services are made of. */
export interface Ingredients {
  readonly plan: Plan
  readonly secrets: Secrets
  /** Where mail is written instead of sent. */
  readonly outbox: string
  /** Administrator's connection string; each subgraph gets the same database with its own role. */
  readonly adminUrl: string
}

const foreign = new Set(
  serviceNames.flatMap((name) => settingNames[name]).flatMap((name) => [name, `${name}_FILE`]),
)

/** The surroundings of a service: everything of ours but settings, and its own settings, nobody else's. */
export async function serviceEnvironment(
  name: ServiceName,
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
    ...(name === 'gateway' ? gatewaySettings(ingredients) : await subgraphSettings(name, ingredients)),
  }
}

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

async function subgraphSettings(
  name: Exclude<ServiceName, 'gateway'>,
  ingredients: Ingredients,
): Promise<NodeJS.ProcessEnv> {
  const { secrets, adminUrl } = ingredients
  const subgraph = subgraphOf[name]
  return {
    DATABASE_URL: asRole(adminUrl, loginRole(subgraph), secrets.rolePasswords[subgraph]),
    AUTORA_HOP_KEY: hopKey(Buffer.from(secrets.hopSecret, 'hex'), subgraph).toString('hex'),
    ...(name === 'identity' && {
      AUTORA_KEY_PEPPER: secrets.keyPepper,
      AUTORA_ISSUER_JWKS: JSON.stringify(await publicKeySet(secrets.issuerKey)),
      ...issuerSettings(ingredients),
    }),
    ...(name === 'dealer-ops' && { AUTORA_VAULT_KEY: secrets.vaultKey }),
  }
}

const issuerSettings = ({ plan, secrets, adminUrl, outbox }: Ingredients): NodeJS.ProcessEnv => ({
  AUTORA_ISSUER: plan.issuer,
  AUTORA_AUDIENCE: plan.audience,
  AUTORA_ISSUER_DATABASE_URL: asRole(adminUrl, loginRole('issuer'), secrets.rolePasswords.issuer),
  AUTORA_ISSUER_SEAL_KEY: `${secrets.issuerSealKey.id}:${secrets.issuerSealKey.hex}`,
  AUTORA_ISSUER_KEY: secrets.issuerSecret,
  AUTORA_MAIL_OUTBOX: outbox,
})

const subgraphOf = {
  identity: 'identity',
  'dealer-ops': 'dealer_ops',
  audit: 'audit',
} as const satisfies Record<Exclude<ServiceName, 'gateway'>, Subgraph>
