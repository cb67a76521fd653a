import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { DemoMembership } from '@autora/cli'
import type { Interactions } from '@autora/identity'
import type { PublicSite } from '@autora/shared/graphql'
import type { Browser, Page } from './browser.js'
import type { World } from './world.js'

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString()
  return new URLSearchParams(text)
}

type Methods = Parameters<Interactions['signedIn']>[2]['methods']

/** Pages that believe what they are told: what stands behind real sign-in pages, without them. */
export const barePages = (interactions: Interactions): PublicSite => ({
  owns: (path) => path.startsWith('/sign-in/'),
  async handle(request, response) {
    const interaction = await interactions.find(request, response)
    if (!interaction) {
      response.writeHead(404).end()
      return
    }
    if (request.method === 'GET') {
      const choices = await interactions.choices(interaction)
      response.end(JSON.stringify({ ...interaction, choices }))
      return
    }
    const form = await formOf(request)
    const accountId = form.get('accountId')
    const membershipId = form.get('membershipId')
    if (accountId) {
      const methods = (form.get('methods') ?? 'pwd').split(' ') as readonly string[] as Methods
      await interactions.signedIn(request, response, { accountId, methods })
    } else if (membershipId) {
      const asAnalyst = form.get('analyst') === 'true'
      await interactions.choose(request, response, { membershipId, asAnalyst })
    } else await interactions.abort(request, response)
  },
})

/** What a bare page says. */
export interface BarePage {
  readonly prompt: string
  readonly demandsSecondFactor: boolean
  readonly accountId: string | null
  readonly clientName: string
  readonly loginHint: string | null
  readonly choices: readonly { membershipId: string; label: string; canBeAnalyst: boolean }[]
}

/** Reads a bare page. */
export const bare = (page: Page): BarePage => JSON.parse(page.text) as BarePage

/** Answers a bare page. */
export const answerPage = (browser: Browser, page: Page, form: Record<string, string>): Promise<Page> =>
  browser.go(page.url, form)

/** Gives the holders of memberships one account to sign in with. @returns its id. */
export async function accountFor(world: World, ...memberships: readonly DemoMembership[]): Promise<string> {
  const id = randomUUID()
  const users = memberships.map(({ userId }) => `'${userId}'`).join(', ')
  // the trigger that demands an event is the application's wall, and this is no application
  await world.sql(`
    insert into issuer.account (id, email) values ('${id}', '${id}@test.example');
    alter table identity.user_account disable trigger must_be_audited;
    update identity.user_account set account_id = '${id}' where id in (${users});
    alter table identity.user_account enable always trigger must_be_audited;`)
  return id
}
