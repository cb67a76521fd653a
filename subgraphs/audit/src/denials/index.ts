export { denialRoutes } from './routes.js'
