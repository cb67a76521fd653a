export type { AskWitness } from './checkpoint-service.js'
export { KeptHead } from './kept-head.js'
export { Sequencer, type SequencerOptions, sequencerPace } from './run.js'
export { Signer } from './signer.js'
