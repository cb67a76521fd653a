export {
  changedMail,
  type InvitationWords,
  invitationLink,
  invitationMail,
  type MailMessage,
  resetLink,
  resetMail,
} from './message.js'
export { type MailSender, mailSenderOf, sendOrLog } from './sender.js'
