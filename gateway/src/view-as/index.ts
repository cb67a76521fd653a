export { VIEW_AS_HEADER } from './header.js'
export { openView, type View, type ViewReport } from './view.js'
