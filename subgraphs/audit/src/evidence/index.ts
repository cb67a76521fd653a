export { exportBundle } from './bundle-service.js'
