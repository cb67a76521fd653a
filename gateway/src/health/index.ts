export { Readiness, readinessTimes } from './readiness.js'
export { requestIdOf } from './request-id.js'
