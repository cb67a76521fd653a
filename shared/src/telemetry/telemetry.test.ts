import { createLog } from './index.js'

const lines: string[] = []
const log = createLog('test', (line) => lines.push(line))

describe('the log', () => {
  it('MUST say where an error came from, without what somebody typed and without a path of the machine', () => {
    const error = new Error('duplicate key (email)=(thandi@example.test)')
    error.stack = 'Error: x\n    at Driver.query (/srv/some/where/node_modules/typeorm/src/driver.ts:10:5)'

    log.error('thing.failed', error, { requestId: 'abc' })

    const line = JSON.parse(lines.at(-1) ?? '{}')
    expect(line).toMatchObject({
      level: 'error',
      event: 'thing.failed',
      errorType: 'Error',
      requestId: 'abc',
    })
    expect(line.errorAt).toContain('driver.ts:10:5')
    expect(lines.at(-1)).not.toMatch(/thandi|\/srv/)
  })
})
