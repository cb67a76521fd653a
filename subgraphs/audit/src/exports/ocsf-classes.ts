/** A class of OCSF and the activity within it. */
export interface OcsfClass {
  readonly category: number
  readonly uid: number
  readonly activity: number
}

/** Classes that events are mapped to, by their `class_uid`. */
export const ocsfClasses = {
  accountChange: 3001,
  authentication: 3002,
  userAccess: 3005,
  api: 6003,
  datastore: 6005,
} as const

const { accountChange, authentication, userAccess, api, datastore } = ocsfClasses
const application = (uid: number, activity: number): OcsfClass => ({ category: 6, uid, activity })
const identity = (uid: number, activity: number): OcsfClass => ({ category: 3, uid, activity })

/** Exact actions first, then what an action is about; everything else is an API call of some kind. */
const classes: readonly (readonly [RegExp, OcsfClass])[] = [
  [/^account\.(signedIn|signInFailed)$|^session\.(started|reauthenticated)$/, identity(authentication, 1)],
  [/^session\.ended$/, identity(authentication, 2)],
  [/^account\.(passwordChanged)$/, identity(accountChange, 3)],
  [/^account\.passwordReset$/, identity(accountChange, 4)],
  [/^user\.deactivated$/, identity(accountChange, 5)],
  [/^account\.locked$/, identity(accountChange, 9)],
  [/^(account|user)\.(created|invited)$/, identity(accountChange, 1)],
  [/^(account|user|invitation)\./, identity(accountChange, 99)],
  [/^membership\.ended$|^supportGrant\.revoked$/, identity(userAccess, 2)],
  [/^membership\.|^supportGrant\./, identity(userAccess, 1)],
  [/\.(read|revealed|exported)$|^viewAs\./, application(datastore, 1)],
  [/\.(created|opened|booked|received|reported|drafted|recorded)$/, application(api, 1)],
  [/\.(removed|ended|revoked|cancelled|voided)$/, application(api, 4)],
  [
    /\.(updated|changed|configured|assigned|statusChanged|rotated|suspended|reinstated)$/,
    application(api, 3),
  ],
]

/** The class and activity of an action; 99 is OCSF's word for another one. */
export const ocsfClass = (action: string): OcsfClass =>
  classes.find(([form]) => form.test(action))?.[1] ?? application(api, 99)
