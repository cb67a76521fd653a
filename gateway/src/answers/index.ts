export { type Answer, jsonAnswer, refusalAnswer, send } from './answer.js'
export { type OutwardError, Refusal, type RefusalDetails } from './refusal.js'
