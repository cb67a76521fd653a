import type { ControlCode } from './entity.js'

/** What a probe can find, in words that tell nothing about the inside of the platform. */
export const partTexts = {
  WALLS: 'The walls in the database are not those that the platform declares.',
  BEHAVIOUR: 'Rows were shown to a caller without rights.',
  RULES: 'A field is not decided by the access matrix as it should be.',
  RIGHTS: 'A right is given that nobody may hold.',
  DOOR: 'The platform did not refuse a caller without a credential.',
  GUARDS: 'Something that keeps events from being changed, or changes from having no event, is switched off.',
  CHECKPOINT: 'The newest signed checkpoint of the log is missing or too old.',
  LAG: 'Events wait too long for their place in the log.',
  SIGNATURE: 'The newest checkpoint is not signed by the log, or does not fit the log.',
  WITNESS: 'No known witness has cosigned the newest checkpoint.',
  CONTENT: 'An event is not what the log says it was.',
  ADDRESS: 'The platform is reached over an address without TLS.',
  DATABASE: 'The connection to the database is not encrypted.',
  CERTIFICATE: 'The public address does not answer over TLS with a valid certificate.',
  CLASSES: 'A column or a field has no class of personal data.',
  SECRETS: 'A secret could be read by an application.',
  RETENTION: 'Nothing says how long personal data is kept.',
  LOCAL: 'Development on one machine: connections are not encrypted and do not leave it.',
  UNCHECKED: 'A part of the check could not run.',
} as const

/** Code of something that a probe can find. */
export type Part = keyof typeof partTexts

/** What a control is and what its probe looks at, in words. */
export const controlTexts: Readonly<Record<ControlCode, { readonly name: string; readonly checks: string }>> =
  {
    TRANSPORT_ENCRYPTION: {
      name: 'Transport encryption',
      checks:
        'The public addresses of gateway and issuer are https, the gateway answers there with a valid certificate, and the connection to the database is encrypted or does not leave the machine.',
    },
    ROLE_BASED_ACCESS: {
      name: 'Role-based access',
      checks:
        'Every field of the graph has an action and a class, service and gateway decide by the same rules, rights that nobody may hold are not given, and the gateway refuses a caller without a credential.',
    },
    AUDIT_TRAIL: {
      name: 'Immutable audit trail',
      checks:
        'Events cannot be changed and changes need an event, the log has a fresh checkpoint that is signed and cosigned by a witness, no event waits long, and a random sample of events still hashes to its leaves.',
    },
    STORE_ISOLATION: {
      name: 'Store isolation by row-level security',
      checks:
        'Every table has the forced row security and the policies that the platform declares, and a session without a context, or with a forged one, sees no row.',
    },
    POPIA_HANDLING: {
      name: 'POPIA-aligned handling',
      checks:
        'Every column that can hold text and every field of the graph has a class of personal data, secrets are readable by nobody, and a policy says how long personal data is kept.',
    },
  }

/** The sentence of a part; a code that this build does not know says only that something was found. */
export const partText = (part: string): string =>
  Object.hasOwn(partTexts, part) ? partTexts[part as Part] : 'The check found a fault.'
