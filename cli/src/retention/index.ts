export { archiveCommand } from './archive-command.js'
export { pruneCommand } from './prune-command.js'
