export { type GatewayOptions, type RunningGateway, startGateway } from './server/index.js'
