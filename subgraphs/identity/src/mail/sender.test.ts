import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IdentitySettings } from '@autora/shared/config'
import { createLog } from '@autora/shared/telemetry'
import { invitationMail, mailSenderOf, resetMail, sendOrLog } from './index.js'

const lines: string[] = []
const log = createLog('test', (line) => lines.push(line))
const expiresAt = new Date('2026-11-30T08:00:00Z')
const link = 'https://id.example/sign-in/reset/abc'
const settings = (parts: Partial<IdentitySettings>) =>
  ({ AUTORA_ISSUER: 'https://id.example', ...parts }) as IdentitySettings

/** A mail server that takes everything, as little of RFC 5321 as a client needs. */
function mailServer(received: string[]): Server {
  return createServer((socket) => {
    let isMessage = false
    let rest = ''
    socket.write('220 test\r\n')
    socket.on('data', (bytes) => {
      const whole = `${rest}${bytes}`.split('\r\n')
      rest = whole.pop() ?? ''
      for (const line of whole) {
        received.push(line)
        if (isMessage) {
          if (line !== '.') continue
          isMessage = false
        }
        if (line === 'DATA') isMessage = true
        if (line === 'QUIT') socket.end('221 bye\r\n')
        else socket.write(isMessage ? '354 go on\r\n' : '250 ok\r\n')
      }
    })
  })
}

describe('mail', () => {
  it('goes to the server that the settings name', async () => {
    const received: string[] = []
    const server = mailServer(received)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const sender = mailSenderOf(settings({ AUTORA_MAIL_URL: `smtp://127.0.0.1:${port}` }), log)

    await sender.send(resetMail('person@test.example', link, expiresAt))
    await new Promise((resolve) => server.close(resolve))

    // quoted-printable (RFC 2045): a line that ends in = goes on
    const text = received.join('\n').replaceAll('=\n', '')
    expect(text).toContain('MAIL FROM:<autora@id.example>\nRCPT TO:<person@test.example>\nDATA')
    expect(text).toContain('\nSubject: Set a new password\n')
    expect(text).toContain(`\n${link}\n`)
  })

  it('is written to a folder in development, for its owner alone, and never in production', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'))
    const written = (AUTORA_PROFILE: 'development' | 'production') =>
      mailSenderOf(settings({ AUTORA_PROFILE, AUTORA_MAIL_OUTBOX: folder }), log).send(
        resetMail('person@test.example', link, expiresAt),
      )

    await written('development')
    await expect(written('production')).rejects.toThrow('AUTORA_MAIL_URL')

    const [file = '', ...others] = readdirSync(folder)
    expect(others).toEqual([])
    expect(readFileSync(join(folder, file), 'utf8')).toContain(link)
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    rmSync(folder, { recursive: true })
  })

  it('that fails is an error in the log, without the link and the address', async () => {
    sendOrLog(mailSenderOf(settings({}), log), resetMail('person@test.example', link, expiresAt), log)
    await new Promise((resolve) => setImmediate(resolve))

    expect(lines.join('\n')).toContain('mail.failed')
    expect(lines.join('\n')).not.toMatch(/person@|reset\/abc/)
  })

  it('lets no name write lines of its own', () => {
    const groupName = 'North\r\nBcc: all@test.example'
    const words = {
      to: 'a@test.example',
      groupName,
      invitedBy: 'Ann\n\nhttp://evil.example',
      link,
      expiresAt,
    }
    const { subject, text } = invitationMail(words)

    expect(subject).toBe('Invitation to North Bcc: all@test.example')
    expect(text.split('\n')[0]).toBe(
      'Ann http://evil.example has invited you to work with North Bcc: all@test.example on AUTORA OS.',
    )
  })
})
