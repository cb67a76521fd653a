export type { PersonalField } from './entity.js'
export { commitmentsIn, openValues, personalFields } from './service.js'
