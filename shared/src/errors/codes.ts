/**
 * Every code a client can meet, each with the sentence a person reads. Nothing else is ever sent out.
 * Codes never change meaning; a code that is no longer used stays reserved.
 */
export const codes = {
  ACCESS_DENIED: 'You may not do this. Ask a Dealer Admin of your group if you need it.',
  UNAUTHENTICATED: 'Send a valid access token or API key in the Authorization header.',
  CONTEXT_REFUSED: 'This service only answers its gateway.',
  BAD_REQUEST: 'The request could not be read. Check its form and send it again.',
  BAD_USER_INPUT: 'A value has the wrong form. See the message for which one.',
  GRAPHQL_PARSE_FAILED: 'The GraphQL document has a syntax error.',
  GRAPHQL_VALIDATION_FAILED: 'The GraphQL document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'Name the operation to run with operationName.',
  OPERATION_LIMIT_EXCEEDED: 'The operation is larger than allowed. Split it.',
  PAYLOAD_TOO_LARGE: 'The request body is larger than allowed.',
  UNSUPPORTED_MEDIA_TYPE: 'Send JSON in UTF-8 with Content-Type: application/json.',
  METHOD_NOT_ALLOWED: 'Use POST.',
  NOT_FOUND: 'There is nothing here that you can see.',
  CONFLICT: 'Somebody changed this before you. Read it again and repeat.',
  INVALID: 'A value is not acceptable. See field and message.',
  GRANT_NOT_ACTIVE: 'The support grant is not active.',
  SERVICE_UNAVAILABLE: 'A part of the platform does not answer right now. Try again shortly.',
  TIMEOUT: 'The request took too long and was stopped. Ask for less, or try again.',
  SHUTTING_DOWN: 'This instance is stopping. Send the request again.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side. Quote the request id to support.',
  STATUS_TRANSITION_REFUSED: 'A lead cannot move between these two states.',
  ASSIGNEE_NOT_IN_STORE: 'This person does not work in the store of the lead.',
  TIME_TAKEN: 'This time is already booked.',
  TIME_INVALID: 'The end must come after the start.',
  LOST_REASON_REQUIRED: 'Say why the lead was lost.',
  CONVERSATION_CLOSED: 'The conversation is closed.',
  RECIPIENT_UNREACHABLE: 'The customer has no address for this channel.',
  APPROVAL_REQUIRED: 'A second person has to approve this first.',
  SELF_APPROVAL_REFUSED: 'Nobody approves a request of his own.',
  ALREADY_DECIDED: 'This request has been decided already.',
  STEP_UP_REQUIRED: 'This needs a fresh sign-in with a second factor. Sign in again and repeat it.',
  REASON_REQUIRED: 'Say why: 10 to 500 characters.',
  APPROVAL_EXPIRED: 'Nobody decided in time. Ask again.',
  ISSUER_TAKEN: 'This issuer and audience are registered already.',
  SUBJECT_TAKEN: 'This subject is linked to somebody already.',
  SCOPE_NOT_ALLOWED: 'A key cannot hold this scope.',
  EXPIRY_OUT_OF_RANGE: 'The expiry lies outside what is allowed.',
} as const satisfies Record<Uppercase<string>, string>

/** A stable error code of the platform. */
export type ErrorCode = keyof typeof codes
