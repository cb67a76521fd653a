import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IdentitySettings } from '@autora/shared/config'
import type { Log } from '@autora/shared/telemetry'
import { createTransport } from 'nodemailer'
import type { MailMessage } from './message.js'

/** Whatever carries mail. */
export interface MailSender {
  /**
   * Hands a message over.
   * @throws {Error} when it could not be handed over. The deed that it tells of stands: whoever sends logs the failure
   *   with `sendOrLog`, and the person asks for the mail again.
   */
  send(message: MailMessage): Promise<void>
}

const sendTimeoutMs = 10_000

function smtpSender(url: string, from: string): MailSender {
  const server = new URL(url)
  const isEncrypted = server.protocol === 'smtps:'
  const transport = createTransport({
    host: server.hostname,
    port: server.port === '' ? (isEncrypted ? 465 : 587) : Number(server.port),
    secure: isEncrypted,
    // links open accounts: in the clear they go to this machine only
    requireTLS: !isEncrypted && !/^(localhost|127\.|\[::1\])/.test(server.hostname),
    ...(server.username && {
      auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) },
    }),
    connectionTimeout: sendTimeoutMs,
    socketTimeout: sendTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
    },
  }
}

function outboxSender(folder: string, log: Log): MailSender {
  return {
    async send({ to, subject, text }) {
      const file = join(folder, `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomUUID()}.txt`)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(file, `To: ${to}\nSubject: ${subject}\n\n${text}`, { mode: 0o600 })
      log.info('mail.written')
    },
  }
}

/**
 * The sender that the settings name: a mail server, or in development a folder. With neither every mail fails, and the
 * log says so.
 */
export function mailSenderOf(settings: IdentitySettings, log: Log): MailSender {
  const { AUTORA_MAIL_URL: url, AUTORA_MAIL_FROM: from, AUTORA_MAIL_OUTBOX: outbox } = settings
  if (url) return smtpSender(url, from ?? `autora@${new URL(settings.AUTORA_ISSUER).hostname}`)
  if (outbox && settings.AUTORA_PROFILE === 'development') return outboxSender(outbox, log)
  return {
    send: () => Promise.reject(new Error('no mail server is named: set AUTORA_MAIL_URL')),
  }
}

/**
 * Sends without making the deed wait for it or fail with it. A mail that could not be handed over is an error in the
 * log; the remedy is to ask for it again, which makes a new link and ends the old one.
 */
export function sendOrLog(sender: MailSender, message: MailMessage, log: Log): void {
  sender.send(message).catch((error: unknown) => log.error('mail.failed', error))
}
