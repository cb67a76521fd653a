export { principalRoutes } from './routes.js'
