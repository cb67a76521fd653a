export { type ExportWish, openExport, readWish, sentAnswer } from './trail-export.js'
