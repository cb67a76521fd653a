import type { IncomingMessage, ServerResponse } from 'node:http'

/** How somebody proved who he is (RFC 8176 `amr`): password, one-time password, passkey, recovery code. */
export type AuthenticationMethod = 'pwd' | 'otp' | 'hwk' | 'rc'

/** Something the issuer has to ask a person before it can go on. */
export interface Interaction {
  /** Its name in `/sign-in/<uid>`; a cookie of the browser belongs to it. */
  readonly uid: string
  readonly prompt: 'login' | 'membership' | 'logout'
  /** What people call the application that sent them. */
  readonly clientName: string
  /** The account that is signed in already; null before that. */
  readonly accountId: string | null
  /** A second factor is demanded, whatever the account would do with less. */
  readonly demandsSecondFactor: boolean
  /** What the application knows of who will sign in; shown in the form, never trusted. */
  readonly loginHint: string | null
}

/** One hat that a person may put on for a token. */
export interface MembershipChoice {
  readonly membershipId: string
  /** `Dealer Sales, Menlyn (Karoo Motors)` */
  readonly label: string
  /** Whether it may also be worn limited to saved queries. */
  readonly canBeAnalyst: boolean
}

/** What the pages may do with an interaction. The issuer implements it over its OpenID Connect library. */
export interface Interactions {
  /** The interaction that a browser is in; null when it is over, unknown, or of another browser. */
  find(request: IncomingMessage, response: ServerResponse): Promise<Interaction | null>
  /** Says who somebody is and sends the browser on. Both factors, where there are two, are in `methods`. */
  signedIn(
    request: IncomingMessage,
    response: ServerResponse,
    proof: { readonly accountId: string; readonly methods: readonly AuthenticationMethod[] },
  ): Promise<void>
  /** The memberships to choose from, active ones only. */
  choices(interaction: Interaction): Promise<readonly MembershipChoice[]>
  /** Takes one of them and sends the browser on. */
  choose(
    request: IncomingMessage,
    response: ServerResponse,
    choice: { readonly membershipId: string; readonly asAnalyst: boolean },
  ): Promise<void>
  /** The person does not want to: the application is told `access_denied`. */
  abort(request: IncomingMessage, response: ServerResponse): Promise<void>
}
