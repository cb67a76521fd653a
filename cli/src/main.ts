import { processEnvironment } from '@autora/shared/config'
import { runCommandLine } from './commands.js'

void runCommandLine(process.argv.slice(2), {
  environment: processEnvironment(),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
}).then((code) => {
  process.exitCode = code
})
