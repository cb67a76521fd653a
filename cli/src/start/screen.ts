import type { Environment } from '@autora/shared/config'
import { type DemoNetwork, type DemoRole, demoNetwork, demoPassword } from '../demo/index.js'
import type { Home } from '../installation/home.js'
import type { InstallationRecord } from '../installation/record.js'
import { type Plan, urlOf } from './plan.js'
import { samples } from './samples.js'

/** What the last lines of a start tell about. */
export interface ScreenInput {
  readonly home: Home
  readonly record: InstallationRecord
  readonly plan: Plan
  readonly environment: Environment
}

/** The last lines of a start: where things are, one call per role to paste, how to stop. */
export function screen({ home, record, plan, environment }: ScreenInput): readonly string[] {
  const url = urlOf(plan, 'gateway')
  // the calls run in another terminal, which does not know that this one has a folder of its own
  const prefix = environment.AUTORA_HOME ? `AUTORA_HOME='${home.folder}' ` : ''
  return [
    '',
    'AUTORA OS runs.',
    `  GraphQL   ${url}/graphql`,
    `  Explorer  the same address in a browser`,
    `  Sign-in   ${plan.issuer}/sign-in/account`,
    `  Mail      ${home.outbox}`,
    `  Logs      ${home.logs}`,
    ...(record.demo ? ['', ...calls(url, prefix, demoNetwork(record.demo))] : []),
    ...(record.demo ? ['', ...logins(demoNetwork(record.demo))] : []),
    '',
    'Ctrl-C stops it.',
  ]
}

function calls(url: string, prefix: string, network: DemoNetwork): readonly string[] {
  // the first three stores hold most of the odd rows that the network has on purpose: not a first impression
  const store = network.stores[3] ?? network.stores[0]
  if (!store) return []
  return [
    'Paste one of these into another terminal, in this folder:',
    ...samples.flatMap((sample) => {
      const as = sample.as.replace('STORE', store.code).replace('GROUP', store.groupCode)
      const token = `$(${prefix}npm run -s autora -- token --as ${as})`
      return ['', `# ${sample.shows}`, sample.command(url, token)]
    }),
  ]
}

/** Whom a newcomer can sign in as; the last thing on the screen, since it is the first that people try. */
function logins({ memberships, users, groups }: DemoNetwork): readonly string[] {
  const [group] = groups
  const of = (role: DemoRole) => {
    const one = memberships.find(
      (membership) =>
        membership.role === role && (role.startsWith('PLATFORM') || membership.tenantId === group?.id),
    )
    return users.find(({ id }) => id === one?.userId)?.email ?? ''
  }
  return [
    `Sign in as ${of('DEALER_ADMIN')} with the password '${demoPassword}'.`,
    `So does everybody of the demo; ${of('PLATFORM_OWNER')} sets up a second factor first.`,
  ]
}
