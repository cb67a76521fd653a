export {
  changedMail,
  type InvitationWords,
  invitationLink,
  invitationMail,
  type MailMessage,
  resetLink,
  resetMail,
} from './message.js'
export { type MailSender, type MailSettings, openMailSender, sendOrLog } from './sender.js'
