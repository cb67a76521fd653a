export { PublicLogSite } from './site.js'
