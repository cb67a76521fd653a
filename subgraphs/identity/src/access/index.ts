export { type ControlService, openControls } from './controls-service.js'
export { accessResolvers } from './resolvers.js'
