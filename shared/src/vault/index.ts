export { Vault } from './derived-vault.js'
export {
  type KeyWrapping,
  LocalKeyWrapping,
  type WrappedKey,
  wrappingKeyId,
} from './key-wrapping.js'
export { type Rotation, rewrapTenantKeys } from './rotation.js'
export {
  type KeyStatements,
  type SealedSubjectKey,
  type Subject,
  type SubjectKey,
  type SubjectType,
  SubjectVault,
  subjectTypes,
} from './subject-vault.js'
