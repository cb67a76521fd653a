export { exportBundle, newestHead } from './bundle-service.js'
export type { OpenCommitments } from './disclosure-service.js'
