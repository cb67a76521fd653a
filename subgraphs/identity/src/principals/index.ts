export { analystRoles } from './membership.js'
export { principalRoutes } from './routes.js'
