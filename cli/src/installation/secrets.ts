import { randomBytes } from 'node:crypto'
import type { SealKey } from '@autora/shared/actor'
import { newRolePasswords, type RolePasswords, systemLogins } from '@autora/shared/database'
import { exportJWK, generateKeyPair } from 'jose'
import type { Home } from './home.js'
import { damaged, readJson, writeJson } from './json-file.js'

/** Private signing key of the built-in issuer, as a JSON Web Key (RFC 8037). */
export interface IssuerKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly d: string
}

/** What an installation on one machine keeps to itself, in `secrets.json`, mode 0600. Keys are 64 hex digits. */
export interface Secrets {
  readonly superuserPassword: string
  readonly rolePasswords: RolePasswords
  readonly sealKey: { readonly id: string; readonly hex: string }
  readonly hopSecret: string
  readonly keyPepper: string
  readonly vaultKey: string
  /** Signs the tokens of `autora token`; the issuer keeps its own keys in the database. */
  readonly issuerKey: IssuerKey
  readonly issuerSealKey: { readonly id: string; readonly hex: string }
  /** Encrypts what the issuer keeps: signing keys and second factors. */
  readonly issuerSecret: string
  /** Signs the log over the trail: `<name>:<64 hex digits>`, after a rotation several, oldest first. */
  readonly logKey: string
  /** Cosigns it as the witness of this machine: same form. */
  readonly witnessKey: string
}

const key = (): string => randomBytes(32).toString('hex')

/** A name for a new seal key: a database keeps the keys of earlier installations, and names must not meet. */
export const newSealKeyId = (): string => `k${randomBytes(4).toString('hex')}`

async function newSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const { x = '', d = '' } = await exportJWK(privateKey)
  return {
    superuserPassword: randomBytes(24).toString('base64url'),
    rolePasswords: newRolePasswords(),
    sealKey: { id: newSealKeyId(), hex: key() },
    hopSecret: key(),
    keyPepper: key(),
    vaultKey: key(),
    issuerKey: { kty: 'OKP', crv: 'Ed25519', x, d },
    ...newIssuerSecrets(),
    ...newLogSecrets(),
  }
}

/** New keys of log and witness. Names of their own: two logs of one name would look like two histories of one. */
export function newLogSecrets(): Pick<Secrets, 'logKey' | 'witnessKey'> {
  const id = randomBytes(4).toString('hex')
  return { logKey: `log-${id}.autora/trail:${key()}`, witnessKey: `witness-${id}.autora/local:${key()}` }
}

const newIssuerSecrets = () => ({ issuerSealKey: { id: newSealKeyId(), hex: key() }, issuerSecret: key() })

/** What installations older than the issuer lack is added; everything they have stays as it is. */
function withIssuer(file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (file.issuerSecret !== undefined) return file
  const passwords = file.rolePasswords as object | undefined
  return {
    ...file,
    ...newIssuerSecrets(),
    rolePasswords: { ...passwords, issuer: newRolePasswords().issuer },
  }
}

/** The same for those older than the log over the trail. */
function withLog(file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (file.logKey !== undefined) return file
  return { ...file, ...newLogSecrets() }
}

/** The same for those older than a role: a role that exists keeps its password. */
function withRoles(file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const passwords = (file.rolePasswords ?? {}) as Readonly<Record<string, unknown>>
  if (systemLogins.every((name) => passwords[name] !== undefined)) return file
  const { sequencer, follower, auditor } = newRolePasswords()
  return { ...file, rolePasswords: { sequencer, follower, auditor, ...passwords } }
}

const hex = /^[0-9a-f]{64}$/
const noteKey = /^[^\s+:]+:[0-9a-f]{64}$/
const word = /^[A-Za-z0-9_-]{16,}$/

/** Path in the file → what stands there. */
const forms: Readonly<Record<string, RegExp>> = {
  superuserPassword: word,
  'rolePasswords.identity': word,
  'rolePasswords.dealer_ops': word,
  'rolePasswords.audit': word,
  'rolePasswords.issuer': word,
  'rolePasswords.sequencer': word,
  'rolePasswords.follower': word,
  'rolePasswords.auditor': word,
  'sealKey.id': /^[a-z0-9]{1,16}$/,
  'sealKey.hex': hex,
  hopSecret: hex,
  keyPepper: hex,
  vaultKey: hex,
  'issuerKey.kty': /^OKP$/,
  'issuerKey.crv': /^Ed25519$/,
  'issuerKey.x': word,
  'issuerKey.d': word,
  'issuerSealKey.id': /^[a-z0-9]{1,16}$/,
  'issuerSealKey.hex': hex,
  issuerSecret: hex,
  logKey: /^[^\s+:]+:[0-9a-f]{64}( [^\s+:]+:[0-9a-f]{64})*$/,
  witnessKey: noteKey,
}

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Readonly<Record<string, unknown>> | undefined)?.[name], value)

/** Path of the first secret that is missing or malformed, or null. */
function faultOf(file: Readonly<Record<string, unknown>>): string | null {
  const found = Object.entries(forms).find(([path, form]) => {
    const value = at(file, path)
    return typeof value !== 'string' || !form.test(value)
  })
  return found?.[0] ?? null
}

const isSecrets = (file: object): file is Secrets => faultOf({ ...file }) === null

/**
 * The secrets of an installation, or null where there is none yet.
 * @throws {Complaint} when the file lacks one of them; values are never quoted.
 */
export function readSecrets(home: Home): Secrets | null {
  const stored = readJson(home.secrets)
  if (!stored) return null
  const file = withRoles(withLog(withIssuer(stored)))
  if (isSecrets(file)) {
    if (file !== stored) writeJson(home.secrets, file)
    return file
  }
  throw damaged(home.secrets, `${faultOf(file) ?? ''} is missing or malformed`)
}

/** The secrets of an installation; made once, whole or not at all. @returns also whether they are new. */
export async function ensureSecrets(
  home: Home,
): Promise<{ readonly secrets: Secrets; readonly isNew: boolean }> {
  const found = readSecrets(home)
  if (found) return { secrets: found, isNew: false }
  const secrets = await newSecrets()
  writeJson(home.secrets, secrets)
  return { secrets, isNew: true }
}

/** A seal key as the database and those who seal use it. */
export const sealKeyOf = ({ id, hex: text }: Secrets['sealKey']): SealKey => ({
  id,
  secret: Buffer.from(text, 'hex'),
})
