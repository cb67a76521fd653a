import type { IncomingMessage, ServerResponse } from 'node:http'
import { DatabaseUnavailable } from '@autora/shared/database'
import { DomainError } from '@autora/shared/errors'
import type { PublicSite } from '@autora/shared/graphql'
import { type AccountContext, forgetOld, HasherBusy, TooManyAttempts } from '../accounts/index.js'
import type { Interactions } from '../issuer/index.js'
import { accountAnswer } from './account.js'
import { type Answer, sendAnswer, sendFile } from './answer.js'
import { messagePage } from './flow-pages.js'
import { flowStep } from './flow-steps.js'
import { interactionFlow, membershipStep } from './interaction-flow.js'
import { invitationAnswer } from './invitation.js'
import { passkeyScript } from './passkey-script.js'
import { forgottenAnswer, resetAnswer } from './reset.js'
import { styleSheet } from './style.js'
import { RequestRefused, Visit } from './visit.js'

/** What the pages stand on. */
export interface SignInOptions {
  readonly context: AccountContext
  readonly interactions: Interactions
  /** Proxies of ours in front of the pages; 0 where browsers reach them directly. */
  readonly proxies: number
}

const files: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  'style.css': { type: 'text/css', text: styleSheet },
  'passkey.js': { type: 'text/javascript', text: passkeyScript },
}

const notHere: Answer = {
  status: 404,
  page: messagePage(
    'There is nothing here',
    'The sign-in is over, or the address is wrong. Go back to the application and start again.',
    { href: '/sign-in/account', text: 'Your sign-in' },
  ),
}

const signedOut: Answer = {
  status: 200,
  page: messagePage('You are signed out', 'You can close this page.', {
    href: '/sign-in/account',
    text: 'Sign in again',
  }),
}

async function interactionAnswer(
  { context, interactions }: SignInOptions,
  visit: Visit,
): Promise<Answer | null> {
  const [uid = '', step = '', ...rest] = visit.segments
  const interaction = rest.length === 0 ? await interactions.find(visit.request, visit.response) : null
  if (interaction?.uid !== uid) return null
  const flow = interactionFlow(interactions, interaction)
  if (interaction.prompt === 'login') return flowStep(context, visit, flow, step)
  if (interaction.prompt !== 'membership') return null
  if (step === 'cancel' && visit.isPost) return flow.cancel(visit)
  return step === '' || step === 'membership' ? membershipStep(interactions, interaction, flow, visit) : null
}

async function answerOf(options: SignInOptions, visit: Visit): Promise<Answer> {
  const { context } = options
  const { segments } = visit
  switch (segments[0]) {
    case 'account':
      return (await accountAnswer(context, visit)) ?? notHere
    case 'invitation':
      return (await invitationAnswer(context, visit)) ?? notHere
    case 'forgotten':
      return segments.length === 1 ? forgottenAnswer(context, visit) : notHere
    case 'reset':
      return (await resetAnswer(context, visit)) ?? notHere
    case 'signed-out':
      return segments.length === 1 ? signedOut : notHere
    default:
      return (await interactionAnswer(options, visit)) ?? notHere
  }
}

const refusals: Readonly<Record<RequestRefused['status'], string>> = {
  400: 'The form could not be read. Go back and send it again.',
  403: 'The form was not sent from this page, or it is too old. Load the page again.',
  405: 'The page does not answer this.',
  413: 'The form is too long.',
  415: 'The form could not be read. Go back and send it again.',
}

const inWords = (seconds: number) =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`

/** What somebody sees when a request fails. @throws whatever is not meant to happen. */
function failure(error: unknown): Answer {
  if (error instanceof RequestRefused)
    return { status: error.status, page: messagePage('This did not work', refusals[error.status]) }
  if (error instanceof TooManyAttempts) {
    const text = `There were too many attempts. Try again in ${inWords(error.seconds)}. A link for a new password works meanwhile.`
    const link = { href: '/sign-in/forgotten', text: 'Forgotten your password?' }
    return { status: 429, page: messagePage('Please wait', text, link), retryAfter: error.seconds }
  }
  if (error instanceof HasherBusy || error instanceof DatabaseUnavailable)
    return {
      status: 503,
      page: messagePage('Please wait', 'We are busy right now. Try again in a moment.'),
      retryAfter: 2,
    }
  // the interaction was answered, or ran out, while its page was open
  if (error instanceof DomainError && error.kind === 'NOT_FOUND') return notHere
  throw error
}

/** How often old counters and links are forgotten, in milliseconds; there is nothing to forget while nobody comes. */
const FORGET_EVERY_MS = 3_600_000

/** The pages on which people sign in and look after how they do. */
export function signInSite(options: SignInOptions): PublicSite {
  const { log, issuer } = options.context
  const isSecure = issuer.protocol === 'https:'
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Answer> => {
    try {
      return await answerOf(
        options,
        await Visit.read(request, response, options.context, options.proxies),
      ).catch(failure)
    } catch (error) {
      if (error instanceof RequestRefused) return failure(error)
      log.error('signIn.failed', error)
      return { status: 500, page: messagePage('Something went wrong', 'It is our fault. Try again later.') }
    }
  }
  let forgotAt = performance.now()
  return {
    owns: (path) => path === '/sign-in' || path.startsWith('/sign-in/'),
    async handle(request, response) {
      const path = (request.url ?? '').split('?')[0] ?? ''
      if (performance.now() - forgotAt > FORGET_EVERY_MS) {
        forgotAt = performance.now()
        forgetOld(options.context)
      }
      const file = files[path.slice('/sign-in/'.length)]
      if (file) return sendFile(response, file.type, file.text)
      const sent = path === '/sign-in' ? { location: '/sign-in/account' } : await answer(request, response)
      if (response.headersSent && sent !== 'SENT') return void response.destroy()
      sendAnswer(response, sent, isSecure)
    },
  }
}
