export {
  API_KEY_PATTERN,
  API_KEY_PREFIX,
  API_KEY_SECRET_LENGTH,
  type ApiKeyParts,
  apiKeyPrefix,
  formatApiKey,
  keyMac,
  newApiKeySecret,
  parseApiKey,
} from './api-key.js'
