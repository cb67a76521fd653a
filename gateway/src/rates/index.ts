export { MemoryRateStore, type RateStore, type WindowState } from './rate-store.js'
export { Rates, windows } from './rates.js'
