export { KeyUses } from './key-uses-service.js'
export { analystRoles } from './membership.js'
export { principalRoutes } from './routes.js'
export { demandSystem } from './service.js'
