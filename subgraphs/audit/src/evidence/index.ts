export { exportBundle, newestHead } from './bundle-service.js'
