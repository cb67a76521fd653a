export { type Notice, tellDealerAdmins } from './service.js'
