export { adfAcceptance, type IntakeOptions, takeAdf } from './adf.js'
