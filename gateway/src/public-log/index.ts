export { PublicLog, TRAIL_PREFIX } from './public-log.js'
