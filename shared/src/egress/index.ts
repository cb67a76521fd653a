export { InnerAddress, isOuter, literalAddress, outerLookup } from './addresses.js'
