export { type CheckedDocument, chooseOperation, Documents } from './documents.js'
export { type LimitName, limits } from './limits.js'
export { type Payload, readPayload } from './payload.js'
export {
  type Acceptance,
  checkHead,
  checkHeaderCount,
  graphqlAcceptance,
  readBody,
} from './request-head.js'
