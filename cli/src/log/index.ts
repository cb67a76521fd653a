import { randomBytes } from 'node:crypto'
import { externalTarget } from '../database/targets.js'
import { type Home, homeOf } from '../installation/home.js'
import { writeJson } from '../installation/json-file.js'
import { readSecrets } from '../installation/secrets.js'
import { readArguments } from '../terminal/arguments.js'
import type { Command, Surroundings } from '../terminal/command.js'
import { UsageError } from '../terminal/complaint.js'
import { type AnnouncedKey, announceKey, type LogOperator, logKeys } from './declare.js'
import { logOperator, operatorHelp } from './operator.js'

const deeds = ['keys', 'rotate-key'] as const

const help = `Usage: autora log <${deeds.join('|')}>

  keys        prints the public keys of the log as lines of a policy, oldest first
  rotate-key  has the log announce a new key: in a batch whose checkpoint the old key signs and witnesses see. All
              checkpoints after that one have the new signature, and verifiers refuse the old one there.

Start the platform again after rotate-key: it signs with the new key then. Elsewhere rotate-key makes a key, and you add
it behind the old one in AUTORA_LOG_KEY of the sequencer, its public half in AUTORA_LOG of the witnesses, and run it again.

${operatorHelp}`

/** `autora log`: the keys of the log over the trail. */
export const logCommand: Command = {
  help,
  async run(args, on) {
    const { positionals } = readArguments('log', args, {}, 1)
    const deed = deeds.find((one) => one === positionals[0])
    if (!deed) throw new UsageError(`What about the log? One of ${deeds.join(', ')}.`)
    const home = homeOf(on.environment)
    const operator = logOperator(on.environment, home)
    if (deed === 'rotate-key') return rotate(operator, home, on)
    for (const key of await logKeys(operator, operator.keys)) on.out(policyLine(key))
    return 0
  },
}

const policyLine = ({ key, from }: AnnouncedKey): string => `log ${key}${from ? ` ${from}` : ''}`

async function rotate(operator: LogOperator, home: Home, on: Surroundings): Promise<number> {
  const announced = await logKeys(operator, operator.keys)
  const newest = operator.keys.at(-1)
  const isKnown = announced.some(({ key }) => newest && key.endsWith(publicHalf(newest)))
  if (!isKnown) return announce(operator, on)
  const fresh = `${newest?.name}:${randomBytes(32).toString('hex')}`
  if (externalTarget(on.environment)) {
    on.out('Add this key behind the one in AUTORA_LOG_KEY, start the sequencer again, and run this again:')
    on.out(fresh)
    return 0
  }
  const secrets = readSecrets(home)
  writeJson(home.secrets, { ...secrets, logKey: `${secrets?.logKey} ${fresh}` })
  return announce(logOperator(on.environment, home), on)
}

const publicHalf = ({ kind, publicKey }: LogOperator['keys'][number]): string =>
  `+${Buffer.concat([Buffer.of(kind), publicKey]).toString('base64')}`

async function announce(operator: LogOperator, on: Surroundings): Promise<number> {
  const { key, from } = await announceKey(operator)
  if (from !== null) on.out(`It signs from size ${from} on. Line of a policy: ${policyLine({ key, from })}`)
  else
    on.out(
      `${key} is announced as soon as a sequencer that holds it leads: start the platform again, then autora log keys says from which size it signs.`,
    )
  return 0
}
