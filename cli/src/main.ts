import { processEnvironment } from '@autora/shared/config'
import { runCommandLine } from './commands.js'

// whoever reads us may go first (autora start | head): that ends the reading, not the platform
process.stdout.on('error', () => undefined)

void runCommandLine(process.argv.slice(2), {
  environment: processEnvironment(),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
}).then((code) => {
  process.exitCode = code
})
