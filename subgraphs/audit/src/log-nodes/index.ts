export type { Reader } from './entity.js'
export { readLogNodes, withLogNodes } from './proof-service.js'
