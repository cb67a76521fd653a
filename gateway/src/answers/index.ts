export { type Answer, jsonAnswer, refusalAnswer, send, sendPieces } from './answer.js'
export { passedRefusal } from './passed-refusal.js'
export { type OutwardError, Refusal, type RefusalDetails } from './refusal.js'
