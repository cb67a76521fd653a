export { type Reading, recordReading } from './service.js'
