/** What every person of the demo network signs in with. The network is for trying things out, and holds nobody real. */
export const demoPassword = 'autora demo network'

/** Its Argon2id hash, made once: hashing it for each of 500 people would take longer than everything else of a seed. */
export const demoPasswordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$TFw7TLKf0WRGUECZ50h8qA$uZTJVCOm9xgUg/2gfe8U2FAGLc5/LYXd3F1nEOHLOZI'
