export {
  type Actor,
  type Assurance,
  accessProfile,
  type Caller,
  type KeyTerms,
  PLATFORM_TENANT,
  type RowReach,
  systemActor,
} from './actor.js'
export {
  encodeCaller,
  HOP_TTL_SECONDS,
  type HopRefusal,
  hopHeaders,
  hopKey,
  NonceMemory,
  signHop,
  verifyHop,
} from './hop.js'
export {
  type Audience,
  audiences,
  SEAL_FORM,
  SEAL_TTL_SECONDS,
  type SealKey,
  type Subgraph,
  sealContext,
  subgraphs,
} from './seal.js'
