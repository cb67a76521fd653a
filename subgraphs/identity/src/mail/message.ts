/** One mail, as plain text. It carries a link that opens something once: it never goes into a log. */
export interface MailMessage {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** What an invitation tells the person who gets it. */
export interface InvitationWords {
  readonly to: string
  /** Name of the dealer group, or `AUTORA OS` for platform staff. */
  readonly groupName: string
  /** Who invites, as people know him; null leaves it out. */
  readonly invitedBy: string | null
  readonly link: string
  readonly expiresAt: Date
}

/** Line breaks in a name would let it write lines of its own. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

const shownTime = (time: Date) => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Where an invitation is accepted. @param issuer - as browsers reach it, such as `https://id.example.com`. */
export const invitationLink = (issuer: string, token: string): string =>
  new URL(`/sign-in/invitation/${token}`, issuer).toString()

/** Where a new password is set. */
export const resetLink = (issuer: string, token: string): string =>
  new URL(`/sign-in/reset/${token}`, issuer).toString()

/** The mail that invites somebody. Sending it again means issuing a new invitation: the old link is not kept. */
export function invitationMail(words: InvitationWords): MailMessage {
  const group = oneLine(words.groupName)
  const by = words.invitedBy === null ? 'You are' : `${oneLine(words.invitedBy)} has`
  const invited = words.invitedBy === null ? 'invited' : 'invited you'
  return {
    to: words.to,
    subject: `Invitation to ${group}`,
    text: [
      `${by} ${invited} to work with ${group} on AUTORA OS.`,
      '',
      'Open this link to accept. It works once:',
      words.link,
      '',
      `It ends on ${shownTime(words.expiresAt)}. If you did not expect it, do nothing.`,
      '',
    ].join('\n'),
  }
}

/** The mail with which somebody who forgot his password sets another. */
export const resetMail = (to: string, link: string, expiresAt: Date): MailMessage => ({
  to,
  subject: 'Set a new password',
  text: [
    'Somebody, you we hope, asked for a new password for AUTORA OS.',
    '',
    'Open this link to set one. It works once:',
    link,
    '',
    `It ends on ${shownTime(expiresAt)}. If it was not you, do nothing: your password stays as it is.`,
    '',
  ].join('\n'),
})

/** The mail that tells somebody that his credentials were changed, so that a thief cannot do it unnoticed. */
export const changedMail = (to: string, what: string, at: Date): MailMessage => ({
  to,
  subject: 'Your sign-in was changed',
  text: [
    `${what} on ${shownTime(at)}.`,
    '',
    'If it was not you, set a new password now and tell the administrator of your group.',
    '',
  ].join('\n'),
})

/** The mail that tells the administrators of a group what happened to it. */
export const noticeMail = (to: string, subject: string, lines: readonly string[], at: Date): MailMessage => ({
  to,
  subject,
  text: [
    ...lines,
    '',
    `This happened on ${shownTime(at)}. The audit trail of your group holds the event.`,
    '',
  ].join('\n'),
})
