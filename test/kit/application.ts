import {
  InMemoryWebStorage,
  OidcClient,
  type OidcClientSettings,
  type RefreshState,
  type SigninResponse,
  WebStorageStateStore,
} from 'oidc-client-ts'
import { Browser, type Page } from './browser.js'
import { Client } from './client.js'
import { answerPage } from './sign-in.js'
import { testRedirect } from './tokens.js'
import type { World } from './world.js'

/** Further parameters of an authorization request. */
export type RequestParameters = Readonly<Record<string, string>>

/** An application that somebody else wrote the protocol of: `oidc-client-ts`, in one browser. */
export class Application {
  readonly browser: Browser
  readonly client: OidcClient

  constructor(
    private readonly world: World,
    { browser, ...settings }: Partial<OidcClientSettings> & { readonly browser?: Browser } = {},
  ) {
    this.browser = browser ?? new Browser()
    this.client = new OidcClient({
      authority: world.urls.identity,
      client_id: 'autora-web',
      redirect_uri: testRedirect,
      scope: 'openid api',
      stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      ...settings,
    })
  }

  /** Sends the browser to the issuer. @returns the first page it shows, or its redirect to the application. */
  async ask(extraQueryParams: RequestParameters = {}): Promise<Page> {
    const request = await this.client.createSigninRequest({ extraQueryParams: { ...extraQueryParams } })
    return this.browser.go(request.url)
  }

  /** Takes what the browser came back with. @throws {Error} what the issuer refused with. */
  finish(page: Page): Promise<SigninResponse> {
    return this.client.processSigninResponse(page.location ?? '')
  }

  /** Signs an account in. */
  async signIn(
    accountId: string,
    { methods = 'pwd', ...parameters }: RequestParameters = {},
  ): Promise<SigninResponse> {
    const page = await this.ask(parameters)
    return this.finish(await answerPage(this.browser, page, { accountId, methods }))
  }

  /** Uses a refresh token. @throws {Error} what the issuer refused with. */
  refresh(tokens: Pick<SigninResponse, 'refresh_token' | 'id_token' | 'profile'>): Promise<SigninResponse> {
    const { refresh_token = '', id_token = '', profile } = tokens
    const state: RefreshState = {
      refresh_token,
      id_token,
      scope: 'openid api',
      profile,
      session_state: null,
    }
    return this.client.useRefreshToken({ state })
  }

  /** At the gateway, with any credential. */
  at(credential: string): Client {
    return new Client(this.world.gatewayUrl, async () => credential)
  }

  /** Who the gateway takes a credential for; its refusal otherwise. */
  async principal(credential: string): Promise<string> {
    const answer = await this.at(credential).send('{ me { principal } }')
    return answer.data?.me?.principal ?? answer.errors[0]?.extensions.code ?? String(answer.status)
  }
}

/** What a token says, unverified. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

/** The header of a token. */
export const headerOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

/** The code of the protocol that a promise was refused with. */
export const refusalOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: { readonly error?: string; readonly message?: string }) =>
      error.error ?? error.message ?? 'failed',
  )
