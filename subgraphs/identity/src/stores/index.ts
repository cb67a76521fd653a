export { MOST_STORES, type StoreRow } from './entity.js'
export { storeResolvers } from './resolvers.js'
export { demandStores, ownStores, storeById } from './service.js'
