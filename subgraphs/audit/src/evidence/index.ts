export { chosenCheckpoints, exportBundle } from './bundle-service.js'
