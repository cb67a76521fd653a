export { exportRoutes } from './routes.js'
