import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '@autora/shared/config'
import { isAtLeast, packageFloors } from '../database/versions.js'
import type { Home } from '../installation/home.js'
import { checkout } from '../version.js'
import { type Finding, judge, skip } from './finding.js'

const readPackage = (folder: string): { version: string; engines?: { node?: string } } =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }

/** Node, the packages with known holes, reporting, profile, secrets: what needs no process to ask. */
export function checkRuntime(environment: Environment, home: Home): readonly Finding[] {
  return [
    checkNode(),
    ...Object.entries(packageFloors).map(([name, floor]) => checkPackage(name, floor)),
    checkReporting(environment),
    checkProfile(environment, home),
    checkSecrets(home),
  ]
}

function checkNode(): Finding {
  const [floor = '0'] = /\d+(\.\d+)*/.exec(readPackage(checkout).engines?.node ?? '') ?? []
  const claim = `Node is ${floor} or newer (${process.version})`
  return judge(claim, isAtLeast(process.version.slice(1), floor), 'install a newer one')
}

/** A package can be installed more than once: every copy counts. */
function checkPackage(name: string, floor: string): Finding {
  const places = [
    '.',
    'gateway',
    'shared',
    'subgraphs/identity',
    'subgraphs/dealer-ops',
    'subgraphs/audit',
    'cli',
  ]
  const folders = places.map((place) => join(checkout, place, 'node_modules', name)).filter(existsSync)
  const versions = folders.map((folder) => readPackage(folder).version)
  const old = versions.filter((version) => !isAtLeast(version, floor))
  const claim = `${name} is ${floor} or newer (${versions.join(', ') || 'none'})`
  if (versions.length === 0) return judge(claim, false, 'it is not installed: run npm ci')
  return judge(claim, old.length === 0, `${old.join(', ')} has known holes`)
}

/** `autora serve` switches the gateway's own telemetry off; a key of Apollo's would switch other reports on. */
function checkReporting(environment: Environment): Finding {
  const names = ['APOLLO_KEY', 'APOLLO_GRAPH_REF', 'APOLLO_SCHEMA_REPORTING'].filter(
    (name) => environment[name],
  )
  return judge(
    'nothing in the environment reports to Apollo',
    names.length === 0,
    `unset ${names.join(', ')}`,
  )
}

function checkProfile(environment: Environment, home: Home): Finding {
  const isLocal = existsSync(home.installation)
  const profile = environment.AUTORA_PROFILE || (isLocal ? 'development' : 'production')
  const claim = `AUTORA_PROFILE is ${profile}${profile === 'development' ? ': introspection is open, on loopback' : ''}`
  return judge(claim, ['production', 'development'].includes(profile), 'use production or development')
}

function checkSecrets(home: Home): Finding {
  const claim = 'the file of secrets is for its owner only'
  const found = statSync(home.secrets, { throwIfNoEntry: false })
  if (!found) return skip(claim, 'there is none here')
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
  return judge(`${claim} (${mode})`, (found.mode & 0o077) === 0, `chmod 600 ${home.secrets}`)
}
