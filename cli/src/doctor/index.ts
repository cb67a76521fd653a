import { homeOf } from '../installation/home.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'
import { checkDatabase } from './database.js'
import type { Finding } from './finding.js'
import { checkIssuer } from './issuer.js'
import { doctorRevocation, readTrials } from './revocation.js'
import { checkRuntime } from './runtime.js'
import { checkServices } from './services.js'
import { checkTrail } from './trail.js'

const help = `Usage: autora doctor [--revocation [--trials <n>]]

Checks every hardening default and prints one line each. The exit code is 1 when one of them fails.
What does not run is not checked: that is said, and is no failure.

  --revocation        measures instead how long a withdrawn API key goes on working, with keys made for the purpose
  --trials            how many keys; default 200

  DATABASE_URL        the database to look at; without it the one of the installation that runs here
  AUTORA_GATEWAY_URL, AUTORA_IDENTITY_URL, AUTORA_DEALER_OPS_URL, AUTORA_AUDIT_URL   services to ask
  AUTORA_SEQUENCER_URL, AUTORA_WITNESS_URL, AUTORA_ISSUER   more to ask
  AUTORA_LOG, AUTORA_WITNESSES   keys that the log over the trail is held against, as for autora evidence
  AUTORA_TOKEN        an access token, to ask the gateway for what it has to refuse to somebody it knows;
                      for --revocation one of a Dealer Admin`

const options = { revocation: { type: 'boolean' }, trials: { type: 'string' } } as const

/** `autora doctor`: what holds and what does not, with evidence. */
export const doctorCommand: Command = {
  help,
  async run(args, on) {
    const { environment, out } = on
    const { values } = readArguments('doctor', args, options)
    if (values.revocation) return doctorRevocation(readTrials(values.trials ?? '200'), on)
    if (values.trials !== undefined) throw new UsageError('--trials belongs to --revocation.')
    const home = homeOf(environment)
    const groups = {
      Runtime: checkRuntime(environment, home),
      Database: await checkDatabase(environment, home),
      Services: await checkServices(environment, home),
      Issuer: await checkIssuer(environment, home),
      'Audit trail': await checkTrail(environment, home),
    }
    for (const [title, findings] of Object.entries(groups)) {
      out(title)
      for (const finding of findings) out(`  ${lineOf(finding)}`)
    }
    const all = Object.values(groups).flat()
    const count = (verdict: Finding['verdict']) => all.filter((one) => one.verdict === verdict).length
    out(`${count('pass')} pass, ${count('fail')} fail, ${count('skip')} not checked`)
    return count('fail') > 0 ? 1 : 0
  },
}

const lineOf = ({ verdict, claim, detail }: Finding): string =>
  `${verdict}  ${claim}${detail === undefined ? '' : `: ${detail}`}`
