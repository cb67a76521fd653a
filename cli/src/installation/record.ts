import type { DemoProfile } from '../demo/index.js'
import { type ServiceName, serviceNames } from '../serve/names.js'
import type { Home } from './home.js'
import { damaged, readJson, writeJson } from './json-file.js'

/** Sizes of the demo network. */
export const demoProfiles = ['XS', 'S'] as const satisfies readonly DemoProfile[]

/** What the last start found out and other commands need: addresses and no secret. */
export interface InstallationRecord {
  /** Which database the entry `demo` is about, without its password. */
  readonly database: string
  /** Port of the embedded PostgreSQL; null when DATABASE_URL was used. */
  readonly postgresPort: number | null
  /** Base URL of every service. */
  readonly urls: Readonly<Record<ServiceName, string>>
  readonly issuer: string
  /** Size of the demo network in the database; null when there is none. */
  readonly demo: DemoProfile | null
}

const isText = (value: unknown): value is string => typeof value === 'string'

const isUrls = (value: unknown): value is InstallationRecord['urls'] =>
  typeof value === 'object' && value !== null && serviceNames.every((name) => isText(Object(value)[name]))

/** The record of an installation, or null before its first start. @throws {Complaint} when it is damaged. */
export function readRecord(home: Home): InstallationRecord | null {
  const file = readJson(home.installation)
  if (!file) return null
  const { database, postgresPort, urls, issuer, demo } = file
  const isPort = postgresPort === null || typeof postgresPort === 'number'
  const isDemo = demo === null || demoProfiles.some((profile) => profile === demo)
  if (!isText(database) || !isPort || !isUrls(urls) || !isText(issuer) || !isDemo)
    throw damaged(home.installation, 'an entry is missing or malformed')
  return { database, postgresPort, urls, issuer, demo: demo as DemoProfile | null }
}

/** Keeps the record for the commands that come after. */
export const writeRecord = (home: Home, record: InstallationRecord): void =>
  writeJson(home.installation, record)
