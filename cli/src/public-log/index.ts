export { type PublicLog, publicLogAt } from './public-log.js'
