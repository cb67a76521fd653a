export { codes, type ErrorCode } from './codes.js'
export {
  conflict,
  DomainError,
  type ErrorDetails,
  type ErrorKind,
  forbidden,
  invalid,
  notFound,
  unauthenticated,
} from './domain-error.js'
