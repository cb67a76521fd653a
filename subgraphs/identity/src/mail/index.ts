export {
  changedMail,
  type InvitationWords,
  invitationLink,
  invitationMail,
  type MailMessage,
  noticeMail,
  resetLink,
  resetMail,
} from './message.js'
export { type MailSender, mailSenderOf, sendOrLog } from './sender.js'
