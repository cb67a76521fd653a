export { askOverHttp, type WitnessAddress } from './ask.js'
export { formatAddCheckpoint, formatSignatureLines, parseAddCheckpoint } from './protocol.js'
export { type RunningWitness, serveWitness } from './serve.js'
export { type AddCheckpoint, Witness, type WitnessAnswer } from './witness.js'
