export type { PersonalField } from './entity.js'
export type { Opened } from './service.js'
export { commitmentsIn, openValues, personalFields } from './service.js'
