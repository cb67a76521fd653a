import { composeServices } from '@apollo/composition'
import { sampleServices } from '../../testing/sample-graph.js'
import { keptLog, testSettings } from '../../testing/services.js'
import { startGateway } from '../index.js'

const nowhere = 'http://127.0.0.1:9'

/** What a browser gets for /graphql. */
async function browse(profile: 'development' | 'production') {
  const settings = testSettings({ identity: nowhere, dealer_ops: nowhere, audit: nowhere })
  const { supergraphSdl = '' } = composeServices(sampleServices())
  const gateway = await startGateway(
    { ...settings, AUTORA_PROFILE: profile },
    { supergraphSdl, log: keptLog() },
  )
  try {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,*/*' } })
    return {
      status: response.status,
      policy: response.headers.get('content-security-policy'),
      text: await response.text(),
    }
  } finally {
    await gateway.close()
  }
}

describe('the explorer', () => {
  it('is a page of our own in development: it loads from nowhere and runs only what is on it', async () => {
    const { status, policy, text } = await browse('development')

    expect([status, text.includes('<textarea')]).toEqual([200, true])
    expect(text).not.toMatch(/https?:\/\//)
    expect(policy).toMatch(
      /^default-src 'none'; connect-src 'self'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/,
    )
  })

  it('GW-11 MUST not be there in production', async () => {
    const { status, text } = await browse('production')

    expect([status, text.includes('<')]).toEqual([405, false])
  })
})
