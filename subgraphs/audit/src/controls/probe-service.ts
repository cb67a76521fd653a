import { graphRules } from '@autora/shared/access'
import type { SystemDatabase } from '@autora/shared/database'
import { readCatalogue } from './catalogue-repository.js'
import {
  type FieldCoverage,
  findings,
  forbiddenRights,
  guardFaults,
  retentionFaults,
  ruleFaults,
} from './control-faults.js'
import type { Catalogue, ControlCode, Finding, ProbeReport } from './entity.js'
import type { Part } from './parts.js'
import { checkTrail, type TrailKeys, type TrailLimits } from './trail-service.js'
import { addressKind, certificateFaults, openDoorFaults } from './transport-service.js'
import { connectionSafety } from './wall-repository.js'
import { openTables } from './wall-service.js'

/** What the probes look at. What is null cannot be looked at, and its control is UNKNOWN. */
export interface ProbeTargets {
  /** How clients reach the gateway. */
  readonly publicUrl: string | null
  readonly issuer: string | null
  /** A subgraph's login role, to try the walls with. */
  readonly unsealedUrl: string | null
  readonly keys: TrailKeys | null
  /** The rules that this subgraph guards its own fields with. */
  readonly coverage: FieldCoverage
  /** Whether connections that stay on one machine are all there is to expect. */
  readonly isDevelopment: boolean
  readonly trail?: TrailLimits
}

type Looks = () => Promise<readonly Finding<Part>[]>

const missing = (what: string) => findings('UNCHECKED', [`${what} is not known here`])

/** Runs the parts of one probe, each by itself: one that cannot run takes nothing from what the others found. */
async function probe(control: ControlCode, looks: readonly Looks[]): Promise<ProbeReport> {
  const found: Finding<Part>[] = []
  for (const look of looks)
    try {
      found.push(...(await look()))
    } catch (error) {
      found.push(...findings('UNCHECKED', [error instanceof Error ? error.message : 'unknown']))
    }
  const has = (parts: readonly Part[]) => found.some(({ part }) => parts.includes(part))
  const isFault = found.some(({ part }) => part !== 'UNCHECKED' && part !== 'LOCAL')
  const result = isFault
    ? 'FAIL'
    : has(['UNCHECKED'])
      ? 'UNKNOWN'
      : has(['LOCAL'])
        ? 'NOT_APPLICABLE'
        : 'PASS'
  return { control, result, findings: found, suspects: [] }
}

/** What travels: addresses by their form, the gateway's certificate by asking, the database by its own word. */
function transportLooks(database: SystemDatabase, targets: ProbeTargets): Looks[] {
  const { publicUrl, issuer, isDevelopment } = targets
  const address = async (url: string | null, what: string): Promise<Finding<Part>[]> => {
    if (!url) return missing(what)
    const kind = addressKind(url)
    if (kind === 'LOCAL' && isDevelopment) return findings('LOCAL', [`${url} stays on this machine`])
    return kind === 'ENCRYPTED' ? [] : findings('ADDRESS', [`${what} is ${url}`])
  }
  return [
    () => address(publicUrl, 'the public address'),
    () => address(issuer, 'the issuer'),
    async () => (publicUrl && addressKind(publicUrl) === 'ENCRYPTED' ? certificateFaults(publicUrl) : []),
    async () => {
      const { isEncrypted, isLocal } = await connectionSafety(database)
      return isEncrypted || isLocal ? [] : findings('DATABASE', ['the database is reached without TLS'])
    },
  ]
}

const accessLooks = ({ coverage, publicUrl }: ProbeTargets): Looks[] => [
  async () => findings('RULES', ruleFaults(coverage, graphRules)),
  async () => findings('RIGHTS', forbiddenRights()),
  async () => (publicUrl ? openDoorFaults(publicUrl) : missing('the public address')),
]

const isolationLooks = (catalogue: () => Promise<Catalogue>, { unsealedUrl }: ProbeTargets): Looks[] => [
  async () => findings('WALLS', (await catalogue()).wallFaults),
  async () =>
    unsealedUrl
      ? findings('BEHAVIOUR', await openTables(unsealedUrl))
      : missing('a role to try the walls with'),
]

const handlingLooks = (catalogue: () => Promise<Catalogue>, { coverage }: ProbeTargets): Looks[] => [
  async () =>
    (await catalogue()).columnFaults.map(({ name, fault }) => ({
      part: fault === 'NO_CLASS' ? ('CLASSES' as const) : ('SECRETS' as const),
      fault: `${name}: ${fault}`,
    })),
  async () => findings('CLASSES', coverage.faults),
  async () => findings('RETENTION', retentionFaults()),
]

/**
 * Runs every probe once. Never rejects: what could not be looked at is UNKNOWN.
 *
 * @param suspects - places of the trail that were found changed before.
 */
export async function runProbes(
  database: SystemDatabase,
  targets: ProbeTargets,
  suspects: readonly string[],
): Promise<readonly ProbeReport[]> {
  let read: Promise<Catalogue> | undefined
  const catalogue = () => (read ??= readCatalogue((sql) => database.query(sql)))
  let changed = suspects
  const trailLooks: Looks[] = [
    async () => findings('GUARDS', guardFaults((await catalogue()).tables)),
    async () => {
      if (!targets.keys) return missing('the key of the log')
      const trail = await checkTrail(database, targets.keys, suspects, targets.trail)
      changed = trail.suspects
      return trail.findings
    },
  ]
  const trail = await probe('AUDIT_TRAIL', trailLooks)
  return [
    await probe('TRANSPORT_ENCRYPTION', transportLooks(database, targets)),
    await probe('ROLE_BASED_ACCESS', accessLooks(targets)),
    { ...trail, suspects: changed },
    await probe('STORE_ISOLATION', isolationLooks(catalogue, targets)),
    await probe('POPIA_HANDLING', handlingLooks(catalogue, targets)),
  ]
}
