export { leakAcceptance, takeLeaks } from './leaks.js'
