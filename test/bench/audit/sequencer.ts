import { join } from 'node:path'
import { startSequencer, startWitness } from '@autora/audit'
import { sequencerSettings, witnessSettings } from '@autora/shared/config'
import { serveOrders } from '../child.js'
import { benchKeys } from './keys.js'

/** Where the sequencer works, and the folder of what it and its witness must not forget. */
export interface SequencerOrder {
  readonly url: string
  readonly state: string
}

const host = '127.0.0.1'
const closings: (() => Promise<void>)[] = []

async function start({ url, state }: SequencerOrder): Promise<void> {
  const witness = await startWitness(
    witnessSettings.parse({
      AUTORA_HOST: host,
      AUTORA_PORT: 0,
      AUTORA_WITNESS_KEY: benchKeys.witness.secret,
      AUTORA_LOG: benchKeys.log.public,
      AUTORA_STATE: join(state, 'witness'),
    }),
  )
  const sequencer = await startSequencer(
    sequencerSettings.parse({
      AUTORA_HOST: host,
      AUTORA_PORT: 0,
      DATABASE_URL: url,
      AUTORA_LOG_KEY: benchKeys.log.secret,
      AUTORA_WITNESSES: `${benchKeys.witness.public}=${witness.url}`,
      AUTORA_STATE: join(state, 'sequencer'),
    }),
  )
  closings.push(sequencer.close, witness.close)
}

/** A sequencer and its witness in a process of their own: an order starts them, null ends them. */
serveOrders<SequencerOrder | null>(async (order) => {
  for (const close of closings.splice(0)) await close()
  if (order) await start(order)
})
